package dev.chatmultischema.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Linux may share the processors between sessions before it shares them within one (sched(7)).
 *
 * <p>Each server has a session, PostgreSQL one for each connection: with few processors, a session
 * may then get none for up to 300 ms. Services of systemd and containers have control groups, to
 * which this does not apply.
 */
final class Autogroups {

  private static final Path SETTING = Path.of("/proc/sys/kernel/sched_autogroup_enabled");

  private Autogroups() {}

  /**
   * Disables autogroups until this process ends, or prints the command for it; returns whether they
   * are disabled.
   */
  static boolean off() throws IOException {
    if (!Files.exists(SETTING) || Files.readString(SETTING).strip().equals("0")) {
      return true;
    }
    try {
      Files.writeString(SETTING, "0");
    } catch (IOException e) {
      System.out.printf(
          "Linux shares the processors between sessions, which costs servers up to 300 ms at times."
              + " For figures without that: sysctl -w kernel.sched_autogroup_enabled=0 (%s)%n",
          e);
      return false;
    }
    System.out.println("kernel.sched_autogroup_enabled is 0 until this ends");
    Runtime.getRuntime().addShutdownHook(new Thread(Autogroups::on));
    return true;
  }

  private static void on() {
    try {
      Files.writeString(SETTING, "1");
    } catch (IOException e) {
      System.out.println("kernel.sched_autogroup_enabled was 1 and still is 0: " + e);
    }
  }
}
