package dev.chatmultischema.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Single posts to a process of a {@link PostTarget}, which last until all are stored. */
final class FloorLoad implements Closeable {

  private final PostTarget target;
  private final PostTarget.Running process;
  private final LoadRequest request;
  private long stored;

  FloorLoad(PostTarget target) throws IOException {
    this.target = target;
    process = target.starter().start();
    request = LoadRequest.post(target.headers());
    stored = process.head().read();
  }

  /** Posts until the process is warm, or the time is over. */
  void warmUp(int maxSeconds, long windowNanos) throws Exception {
    WarmUp.run(target.name(), process.pid(), maxSeconds, () -> List.of(1e6 / rate(windowNanos)));
  }

  /** Posts at the highest rate; returns the messages stored in a second. */
  double rate(long nanos) throws IOException {
    try (var load = new Load(process.port(), request, Load.CONNECTIONS)) {
      long started = System.nanoTime();
      int count = load.run(nanos, Load.Observer.NONE);
      awaitStored(count);
      return count / ((System.nanoTime() - started) / 1e9);
    }
  }

  /** Posts at a fixed rate, and adds the latencies of the responses. */
  void at(double perSecond, long nanos, Latencies latencies) throws IOException {
    try (var load = new Load(process.port(), request, Load.CONNECTIONS)) {
      awaitStored(load.runAt(perSecond, nanos, (number, due, now) -> latencies.add(now - due)));
    }
  }

  private void awaitStored(int count) throws IOException {
    stored += count;
    process.stored().until(stored);
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
