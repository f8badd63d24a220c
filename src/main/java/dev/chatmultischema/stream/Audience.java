package dev.chatmultischema.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Those of a feed's subscribers that one pump serves; only that pump's thread touches them, except
 * for {@link #wake}.
 */
final class Audience implements Runnable {

  /** How many subscribers are served before other tenants have their turn. */
  private static final int TURN = 128;

  private final Pump pump;
  private final AtomicBoolean waking = new AtomicBoolean();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private int next;
  private boolean more;

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
    if (next == 0) {
      // From here on news needs a new call; what came before is seen in this round.
      waking.set(false);
      more = false;
    }
    int end = Math.min(subscribers.size(), next + TURN);
    while (next < end && next < subscribers.size()) {
      more |= subscribers.get(next++).advance();
    }
    if (next < subscribers.size()) {
      pump.execute(this);
    } else {
      next = 0;
      if (more) {
        wake();
      }
    }
  }
}
