package dev.chatmultischema.stream.delivery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The event loops of the node; subscribers are assigned to them round-robin. */
public final class EventLoopGroup {

  private final List<EventLoop> loops;
  private final AtomicInteger next = new AtomicInteger();

  public EventLoopGroup(int size) {
    loops = IntStream.range(0, size).mapToObj(EventLoop::new).toList();
  }

  public void start() {
    loops.forEach(EventLoop::start);
  }

  public void stop() throws InterruptedException {
    for (var loop : loops) {
      loop.stop();
    }
  }

  EventLoop next() {
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  /**
   * Closes all subscribers because of the shutdown, and each one that opens later; returns false if
   * not all were closed within the timeout.
   */
  public boolean close(Duration timeout) throws InterruptedException {
    var closed = new CountDownLatch(loops.size());
    for (var loop : loops) {
      loop.execute(
          () -> {
            loop.close();
            closed.countDown();
          });
    }
    return closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
