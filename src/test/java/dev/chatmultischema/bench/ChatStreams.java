package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The service, with one tenant. */
record ChatStreams(ServiceProcess service, Tenancy tenancy) implements StreamServer {

  private static final String NO_LIMIT = "100000";

  /** Starts the service in a process of its own. */
  static ChatStreams start(Deployment deployment, String... jvmOptions) throws IOException {
    var options = new ArrayList<>(List.of(jvmOptions));
    options.add("-Ddw.stream.maxStreamsPerUser=" + NO_LIMIT);
    options.add("-Ddw.stream.maxStreamsPerTenant=" + NO_LIMIT);
    var service = deployment.start(options.toArray(String[]::new));
    return new ChatStreams(service, Tenancy.create(service));
  }

  @Override
  public HttpConnection connect() throws IOException {
    return tenancy.connect();
  }

  @Override
  public void post(HttpConnection publisher, int number) throws IOException {
    Posts.expect(
        202, publisher.request("POST", "/messages", Posts.message(number).getBytes(UTF_8)));
  }

  @Override
  public Listeners listen() throws IOException {
    return new Listeners(
        service.uri().getPort(),
        "GET /messages/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nX-Tenant-ID: %s\r\n"
            .formatted(tenancy.token(), tenancy.tenant()));
  }

  @Override
  public ProcessFigures figures() throws IOException {
    return ProcessFigures.of(service.pid());
  }

  @Override
  public void close() {
    service.close();
  }
}
