package dev.chatmultischema.bench;

import dev.chatmultischema.url.ServerUrl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The processes of the servers on this machine, found by the ports of their URLs. */
record Servers(List<ProcessTree> brokers, List<ProcessTree> databases, List<ProcessTree> redis) {

  private static final String SENTINELS = "redis+sentinel";

  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("amqp", 5672, "postgres", 5432, "postgresql", 5432, "redis", 6379, SENTINELS, 26379);

  static Servers of(Deployment deployment) throws IOException {
    return new Servers(
        at(deployment.rabbitmqUrl()), at(deployment.databaseUrl()), at(deployment.redisUrl()));
  }

  static ServerUrl parse(String url) {
    return ServerUrl.parse("the URL", url, DEFAULT_PORTS);
  }

  /** Returns all servers of a URL; none for a URL of sentinels, which does not name them. */
  private static List<ProcessTree> at(String url) throws IOException {
    var parsed = parse(url);
    var servers = new ArrayList<ProcessTree>();
    if (!parsed.scheme().equals(SENTINELS)) {
      for (var address : parsed.addresses()) {
        ProcessTree.listeningOn(address.port())
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
