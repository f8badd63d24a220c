package dev.chatmultischema.auth;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Computes the pause of a hashing thread after a hash, so that other work keeps the processors.
 *
 * <p>Thread priorities would not do so: on Linux they have no effect by default.
 *
 * @param processorLoad returns the load of all processors, from 0 to 1, or a negative number if it
 *     is unknown
 */
record HashingPause(DoubleSupplier processorLoad) {

  /** Hashing alone loads the processors by a quarter at most. */
  private static final double BUSY = 0.5;

  private static final int PAUSE_IF_BUSY = 15;

  /** Returns the pauses for the load of this machine, or of its container. */
  static HashingPause ofThisMachine() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new HashingPause(system::getCpuLoad);
  }

  /**
   * Returns the pause after a hash: the processor time of the hash, or 15 times as long if more
   * than half of the processors' time is used.
   */
  Duration after(Duration hash) {
    return processorLoad.getAsDouble() > BUSY ? hash.multipliedBy(PAUSE_IF_BUSY) : hash;
  }
}
