package dev.chatmultischema.bench;

import dev.chatmultischema.support.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * A profile of a running JVM from its flight recorder, as collapsed stacks: lines of {@code
 * thread;frame;frame count}, which flame graphs are drawn from.
 */
final class Profile {

  private static final String EXECUTION = "jdk.ExecutionSample";
  private static final String NATIVE = "jdk.NativeMethodSample";
  private static final String NAME = "bench";

  private final Installation installation;
  private final long pid;

  Profile(Installation installation, long pid) {
    this.installation = installation;
    this.pid = pid;
  }

  /** Work during which the JVM is sampled. */
  interface Load {
    void run() throws Exception;
  }

  /**
   * Writes the stacks of Java code under a load to {@code target/NAME.collapsed}, and those in
   * native methods, most of which wait, to {@code target/NAME-native.collapsed}.
   */
  void write(String name, Load load) throws Exception {
    var recording = Files.createTempFile(name, ".jfr");
    try {
      jcmd("JFR.start", "name=" + NAME, "settings=profile");
      load.run();
      jcmd("JFR.dump", "name=" + NAME, "filename=" + recording);
      jcmd("JFR.stop", "name=" + NAME);
      var events = RecordingFile.readAllEvents(recording);
      write(events, EXECUTION, Path.of("target", name + ".collapsed"));
      write(events, NATIVE, Path.of("target", name + "-native.collapsed"));
    } finally {
      Files.delete(recording);
    }
  }

  private void jcmd(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(installation.java() + "/bin/jcmd", String.valueOf(pid)));
    Collections.addAll(command, arguments);
    var jcmd =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (jcmd.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }

  private static void write(List<RecordedEvent> events, String kind, Path file) throws IOException {
    Map<String, Integer> stacks = new TreeMap<>();
    for (var event : events) {
      if (event.getEventType().getName().equals(kind) && event.getStackTrace() != null) {
        stacks.merge(stack(event), 1, Integer::sum);
      }
    }
    Files.write(
        file,
        stacks.entrySet().stream().map(stack -> stack.getKey() + " " + stack.getValue()).toList());
    System.out.println("Written to " + file);
  }

  /** Returns the thread and the frames from the outermost; threads of a pool have one name. */
  private static String stack(RecordedEvent event) {
    var frames = new ArrayList<String>();
    for (var frame : event.getStackTrace().getFrames()) {
      frames.add(text(frame));
    }
    var thread = event.getThread("sampledThread");
    var name = thread == null ? null : thread.getJavaName();
    frames.add((name == null ? "unnamed" : name).replaceAll("\\d+", "N").replace(';', ','));
    Collections.reverse(frames);
    return String.join(";", frames);
  }

  private static String text(RecordedFrame frame) {
    var method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }
}
