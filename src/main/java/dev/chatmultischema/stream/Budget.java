package dev.chatmultischema.stream;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what all logs hold together, so that many busy tenants do not fill the memory. */
final class Budget {

  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  Budget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(long change) {
    bytes.addAndGet(change);
  }

  boolean exceeded() {
    return bytes.get() > maxBytes;
  }
}
