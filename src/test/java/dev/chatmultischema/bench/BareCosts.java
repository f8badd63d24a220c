package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The costs of a service without the promises of this one, under the same requests. */
final class BareCosts implements CostSubject {

  private final String name;
  private final BareProcess service;
  private final List<String> headers;
  private final Optional<Servers> servers;

  private BareCosts(
      String name, BareProcess service, List<String> headers, Optional<Servers> servers) {
    this.name = name;
    this.service = service;
    this.headers = headers;
    this.servers = servers;
  }

  /** Starts {@link BareService}. */
  static BareCosts bare(Deployment deployment, List<String> headers) throws IOException {
    return new BareCosts(BareService.NAME, BareProcess.bare(deployment), headers, Optional.empty());
  }

  /** Starts {@link MinimalService} on the servers of a deployment. */
  static BareCosts minimal(Deployment deployment, List<String> headers) throws IOException {
    return new BareCosts(
        MinimalService.NAME,
        BareProcess.minimal(deployment),
        headers,
        Optional.of(Servers.of(deployment)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long pid() {
    return service.process().pid();
  }

  @Override
  public Set<Work> works() {
    return EnumSet.of(Work.POST, Work.PAGE, Work.ME);
  }

  @Override
  public Usage cost(Work work, long nanos) throws IOException {
    var request = LoadRequest.of(work, headers);
    try (var load = new Load(service.port(), request, Load.CONNECTIONS)) {
      boolean isStored = work == Work.POST && servers.isPresent();
      long head = isStored ? service.head() : 0;
      var before = usage();
      int count = load.run(nanos, Load.Observer.NONE);
      if (isStored) {
        service.awaitStored(head + count);
      }
      return usage().minus(before).dividedBy(count);
    }
  }

  private Usage usage() throws IOException {
    return servers.isPresent()
        ? servers.get().usage(pid())
        : Usage.ofJvm(new ProcessTree(pid()).processorMicros());
  }

  @Override
  public void close() {
    service.close();
  }
}
