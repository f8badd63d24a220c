package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chatmultischema.support.Installation;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The costs of {@link ClientLibraries} and of the servers. */
final class ClientCosts implements CostSubject {

  static final String NAME = "client libraries alone";

  private final Process process;
  private final Servers servers;
  private final PrintStream commands;
  private final BufferedReader counts;

  /** Starts the process, on the servers of a deployment. */
  ClientCosts(Deployment deployment) throws IOException {
    servers = Servers.of(deployment);
    process =
        new ProcessBuilder(command(deployment))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    commands = new PrintStream(process.getOutputStream(), true, UTF_8);
    counts = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  private static List<String> command(Deployment deployment) {
    Installation installation = deployment.installation();
    var command = new ArrayList<>(List.of(installation.java() + "/bin/java"));
    command.addAll(BareService.options(installation));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(ClientLibraries.class.getName(), deployment.ownerUrl(), deployment.rabbitmqUrl()));
    return command;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Set<Work> works() {
    return EnumSet.of(Work.POST, Work.PAGE, Work.ME);
  }

  @Override
  public Usage cost(Work work, long nanos) throws IOException {
    var before = servers.usage(pid());
    commands.println(work + " " + nanos);
    var count = counts.readLine();
    if (count == null) {
      throw new EOFException("the process of the client libraries has ended");
    }
    return servers.usage(pid()).minus(before).dividedBy(Integer.parseInt(count));
  }

  @Override
  public void close() throws IOException {
    commands.close();
    counts.close();
    process.destroy();
  }
}
