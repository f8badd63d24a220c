package dev.chatmultischema.admin;

import dev.chatmultischema.history.HistoryFile;
import dev.chatmultischema.history.HistoryImporter;
import dev.chatmultischema.history.ImportRefused;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Imports a file of this node into an empty tenant, as {@code POST /tenants/{id}/import} does. */
final class ImportTenant implements Operation<ImportTenant.Command> {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final HistoryImporter importer;
  private final ExistingTenants tenants;

  ImportTenant(HistoryImporter importer, ExistingTenants tenants) {
    this.importer = importer;
    this.tenants = tenants;
  }

  record Command(TenantId tenant, Path file) {}

  @Override
  public String name() {
    return "import-tenant";
  }

  @Override
  public String usage() {
    return "?tenant=ID&file=" + NodeFile.FORM + "[&reason=TEXT]";
  }

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, NodeFile.PARAMETER);
    var file = NodeFile.of(parameters);
    return new Command(tenants.one(parameters), file);
  }

  @Override
  public String execute(Command command, PrintWriter output)
      throws OperationFailed, InterruptedException {
    var progress = new HistoryProgress("imported", command.tenant, output);
    try (var file = Files.newInputStream(command.file)) {
      var history = importer.open(command.tenant);
      var bytes = new byte[CHUNK_BYTES];
      for (int length = file.read(bytes); length >= 0; length = file.read(bytes)) {
        history.add(bytes, 0, length);
        var sofar = history.result();
        progress.report(sofar.imported() + sofar.skipped(), "seq " + sofar.headSeq());
      }
      var result = history.finish();
      var outcome =
          String.format(
              Locale.ROOT,
              "%d messages imported, %d had been imported before, up to seq %d",
              result.imported(),
              result.skipped(),
              result.headSeq());
      output.println(outcome);
      return outcome;
    } catch (ImportRefused e) {
      throw new OperationFailed(
          e.getMessage() + "; the messages of the lines before it are stored", e);
    } catch (IOException e) {
      throw new OperationFailed(HistoryFile.reason(e), e);
    }
  }
}
