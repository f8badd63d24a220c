package dev.chatmultischema.admin;

import dev.chatmultischema.history.HistoryExpired;
import dev.chatmultischema.history.HistoryExporter;
import dev.chatmultischema.history.HistoryFile;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Exports a tenant's messages to a file of this node, as {@code GET /tenants/{id}/export} does. */
final class ExportTenant implements Operation<ExportTenant.Command> {

  private static final String RESUME = "resume";
  private static final long PAGE_BYTES = 1024 * 1024;

  private final HistoryExporter exporter;
  private final ExistingTenants tenants;

  ExportTenant(HistoryExporter exporter, ExistingTenants tenants) {
    this.exporter = exporter;
    this.tenants = tenants;
  }

  /**
   * @param resume whether a file that exists is continued
   */
  record Command(TenantId tenant, Path file, boolean resume) {}

  @Override
  public String name() {
    return "export-tenant";
  }

  @Override
  public String usage() {
    return "?tenant=ID&file=" + NodeFile.FORM + "[&resume=true][&reason=TEXT]";
  }

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, NodeFile.PARAMETER, RESUME);
    var file = NodeFile.of(parameters);
    boolean resume = parameters.flag(RESUME);
    return new Command(tenants.one(parameters), file, resume);
  }

  @Override
  public String execute(Command command, PrintWriter output)
      throws OperationFailed, InterruptedException {
    var progress = new HistoryProgress("exported", command.tenant, output);
    try (var file =
        command.resume ? HistoryFile.resume(command.file) : HistoryFile.create(command.file)) {
      long after = file.lastSeq();
      if (after > 0) {
        output.printf(Locale.ROOT, "the file has the messages up to seq %d%n", after);
      }
      var export = exporter.open(command.tenant, after);
      while (!export.isComplete()) {
        file.append(export.nextPage(PAGE_BYTES));
        progress.report(export.exported(), "seq " + export.position() + " of " + export.head());
      }
      var outcome =
          String.format(
              Locale.ROOT,
              "%d messages exported, up to seq %d",
              export.exported(),
              export.position());
      output.println(outcome);
      return outcome;
    } catch (IOException | HistoryExpired e) {
      throw new OperationFailed(HistoryFile.reason(e), e);
    }
  }
}
