package dev.chatmultischema.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Those of a feed's subscribers that one pump serves; only that pump's thread touches them, except
 * for {@link #wake}.
 *
 * <p>After a round in which all got everything it rests for twice as long as that took, 10 ms at
 * most: news that come meanwhile share the next write to each. So a few subscribers hear at once,
 * and many do not fill a processor with writes of single messages.
 */
final class Audience implements Runnable {

  /** How many subscribers are served before other tenants have their turn. */
  private static final int TURN = 128;

  private static final long MAX_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Pump pump;
  private final AtomicBoolean waking = new AtomicBoolean();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private int next;
  private boolean more;
  private long worked;
  private long restUntil = System.nanoTime();

  Audience(Pump pump) {
    this.pump = pump;
  }

  void add(Subscriber subscriber) {
    subscribers.add(subscriber);
  }

  void remove(Subscriber subscriber) {
    int index = subscribers.indexOf(subscriber);
    if (index >= 0) {
      // The order does not matter; the last one may lose a turn, and gets another below.
      subscribers.set(index, subscribers.get(subscribers.size() - 1));
      subscribers.remove(subscribers.size() - 1);
      more = true;
    }
  }

  /** Has every subscriber look for news; any number of calls before that are one. */
  void wake() {
    if (waking.compareAndSet(false, true)) {
      pump.execute(this);
    }
  }

  @Override
  public void run() {
    long now = System.nanoTime();
    if (next > 0) {
      goOn(now);
    } else if (now - restUntil < 0) {
      pump.executeAt(restUntil, this);
    } else {
      // From here on news needs a new call; what came before is seen in this round.
      waking.set(false);
      more = false;
      worked = 0;
      goOn(now);
    }
  }

  private void goOn(long started) {
    int end = Math.min(subscribers.size(), next + TURN);
    while (next < end && next < subscribers.size()) {
      // Not in one expression: what ends meanwhile sets it, too.
      boolean again = subscribers.get(next++).advance();
      more |= again;
    }
    long now = System.nanoTime();
    worked += now - started;
    if (next < subscribers.size()) {
      pump.execute(this);
      return;
    }
    next = 0;
    if (more) {
      wake();
    } else {
      restUntil = now + Math.min(MAX_REST_NANOS, 2 * worked);
    }
  }
}
