package dev.chatmultischema.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A service that publishes and stores posts, of which processes run one after the other.
 *
 * @param headers of a post
 * @param queue the name of the queue of posts, which the first process declares
 */
record PostTarget(
    String name, Deployment deployment, List<String> headers, String queue, Starter starter) {

  /** Starts a process, and returns it when it is ready. */
  interface Starter {
    Running start() throws IOException;
  }

  /** Reads the highest number of a stored message. */
  interface Head {
    long read() throws IOException;
  }

  /** Waits until the messages up to a number are stored. */
  interface Wait {
    void until(long number) throws IOException;
  }

  /** A process. */
  record Running(int port, long pid, Head head, Wait stored, Closeable process)
      implements Closeable {

    @Override
    public void close() throws IOException {
      process.close();
    }
  }

  /** Returns a version of the service, with a tenant. */
  static PostTarget of(Deployment deployment) throws IOException {
    Tenancy first;
    try (var service = deployment.start()) {
      first = Tenancy.create(service);
    }
    return new PostTarget(
        deployment.name(),
        deployment,
        first.headers(),
        "tenant_" + first.tenant() + "_queue",
        () -> {
          var service = deployment.start();
          var tenancy = new Tenancy(service, first.token(), first.tenant());
          return new Running(
              service.uri().getPort(),
              service.pid(),
              tenancy::head,
              tenancy::awaitHead,
              service::close);
        });
  }

  /** Returns the floor on the servers of a deployment. */
  static PostTarget floor(Deployment deployment) {
    return new PostTarget(
        MinimalService.NAME,
        deployment,
        List.of(),
        ClientLibraries.QUEUE,
        () -> {
          var process = BareProcess.minimal(deployment);
          return new Running(
              process.port(),
              process.process().pid(),
              process::head,
              process::awaitStored,
              process::close);
        });
  }
}
