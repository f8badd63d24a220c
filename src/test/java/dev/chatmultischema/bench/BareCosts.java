package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The costs of the bare service, under the same requests as the service. */
record BareCosts(BareService.Running service, List<String> headers) implements CostSubject {

  @Override
  public String name() {
    return BareService.NAME;
  }

  @Override
  public long pid() {
    return service.pid();
  }

  @Override
  public Set<Work> works() {
    return EnumSet.of(Work.POST, Work.PAGE, Work.ME);
  }

  @Override
  public Usage cost(Work work, long nanos) throws IOException {
    try (var load = new Load(service.port(), request(work), Load.CONNECTIONS)) {
      var process = new ProcessTree(pid());
      double before = process.processorMicros();
      int count = load.run(nanos, Load.Observer.NONE);
      return Usage.ofJvm(process.processorMicros() - before).dividedBy(count);
    }
  }

  private LoadRequest request(Work work) {
    return LoadRequest.of(work, headers);
  }

  @Override
  public void close() {
    service.close();
  }
}
