package dev.chatmultischema.bench;

import dev.chatmultischema.embedded.ServersUrl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The processes of the servers on this machine, found by the ports of their URLs. */
record Servers(List<ProcessTree> brokers, List<ProcessTree> databases, List<ProcessTree> redis) {

  static Servers of(Deployment deployment) throws IOException {
    return new Servers(
        at(deployment.rabbitmqUrl(), 5672),
        at(deployment.databaseUrl(), 5432),
        at(deployment.redisUrl(), 6379));
  }

  /** Returns all servers of a URL; none for a URL of sentinels, which does not name them. */
  private static List<ProcessTree> at(String url, int defaultPort) throws IOException {
    var parsed = ServersUrl.parse(url);
    var servers = new ArrayList<ProcessTree>();
    if (!parsed.scheme().endsWith("+sentinel")) {
      for (var host : parsed.hosts().split(",", -1)) {
        int colon = host.lastIndexOf(':');
        int port = colon < 0 ? defaultPort : Integer.parseInt(host, colon + 1, host.length(), 10);
        ProcessTree.listeningOn(port)
            // The embedded broker runs in this process, together with the clients.
            .filter(process -> process.root() != ProcessHandle.current().pid())
            .ifPresent(servers::add);
      }
    }
    return servers;
  }

  /** Returns the processor time of all servers and of a JVM until now. */
  Usage usage(long jvm) throws IOException {
    return new Usage(
        new ProcessTree(jvm).processorMicros(), micros(brokers), micros(databases), micros(redis));
  }

  private static double micros(List<ProcessTree> servers) throws IOException {
    double micros = servers.isEmpty() ? Double.NaN : 0;
    for (var server : servers) {
      micros += server.processorMicros();
    }
    return micros;
  }
}
