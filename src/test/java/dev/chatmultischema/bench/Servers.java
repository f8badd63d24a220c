package dev.chatmultischema.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** The processes of the servers on this machine, found by the ports of their URLs. */
record Servers(
    Optional<ProcessTree> broker, Optional<ProcessTree> database, Optional<ProcessTree> redis) {

  static Servers of(Deployment deployment) throws IOException {
    return new Servers(
        at(deployment.rabbitmqUrl(), 5672),
        at(deployment.databaseUrl(), 5432),
        at(deployment.redisUrl(), 6379));
  }

  private static Optional<ProcessTree> at(String url, int defaultPort) throws IOException {
    int port = URI.create(url.replaceFirst("^jdbc:", "")).getPort();
    return ProcessTree.listeningOn(port < 0 ? defaultPort : port)
        // The embedded broker runs in this process, together with the clients.
        .filter(process -> process.root() != ProcessHandle.current().pid());
  }

  /** Returns the processor time of all servers and of a JVM until now. */
  Usage usage(long jvm) throws IOException {
    return new Usage(
        new ProcessTree(jvm).processorMicros(), micros(broker), micros(database), micros(redis));
  }

  private static double micros(Optional<ProcessTree> process) throws IOException {
    return process.isPresent() ? process.get().processorMicros() : Double.NaN;
  }
}
