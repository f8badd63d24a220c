package dev.chatmultischema.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A process and all its descendants, as Linux reports them ({@code proc(5)}). */
record ProcessTree(long root) {

  private static final Path PROC = Path.of("/proc");
  private static final List<Path> SOCKETS =
      List.of(PROC.resolve("net/tcp"), PROC.resolve("net/tcp6"));

  /** The unit of times in {@code /proc/PID/stat} on every common architecture. */
  private static final double MICROS_PER_TICK = 10_000;

  // Positions in /proc/PID/stat, counted after the name.
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int CHILDREN_USER_TIME = 13;
  private static final int CHILDREN_SYSTEM_TIME = 14;

  /** The names of HotSpot's compiler threads, of which Linux keeps 15 characters. */
  private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

  // Columns of /proc/net/tcp.
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final String LISTENING = "0A";

  /**
   * Returns the process that listens on a port of this machine; empty if there is none, or none
   * whose files this process may read.
   */
  static Optional<ProcessTree> listeningOn(int port) throws IOException {
    var sockets = listeningSockets(port);
    // The parent is older than the children that have inherited its socket.
    return ProcessHandle.allProcesses()
        .filter(process -> holdsAny(process.pid(), sockets))
        .mapToLong(ProcessHandle::pid)
        .min()
        .stream()
        .mapToObj(ProcessTree::new)
        .findFirst();
  }

  private static Set<String> listeningSockets(int port) throws IOException {
    var end = String.format(Locale.ROOT, ":%04X", port);
    try (var lines = SOCKETS.stream().filter(Files::exists).flatMap(ProcessTree::lines)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> columns[LOCAL_ADDRESS].endsWith(end))
          .filter(columns -> columns[STATE].equals(LISTENING))
          .map(columns -> "socket:[" + columns[INODE] + "]")
          .collect(Collectors.toSet());
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsAny(long pid, Set<String> sockets) {
    try (var files = Files.list(PROC.resolve(pid + "/fd"))) {
      return files.anyMatch(file -> sockets.contains(target(file)));
    } catch (IOException e) {
      // It has ended, or belongs to another user.
      return false;
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  /** Returns the processor time used until now, with that of descendants that have ended. */
  double processorMicros() throws IOException {
    double sum = 0;
    var descendants = ProcessHandle.of(root).map(ProcessHandle::descendants).orElseThrow();
    for (var pid : Stream.concat(Stream.of(root), descendants.map(ProcessHandle::pid)).toList()) {
      sum += ticks(pid) * MICROS_PER_TICK;
    }
    return sum;
  }

  /** Returns the processor time that the compiler threads of a JVM have used until now. */
  double compilerMicros() throws IOException {
    try (var threads = Files.list(PROC.resolve(root + "/task"))) {
      return threads
              .map(thread -> stat(thread).orElse(""))
              .filter(stat -> COMPILER.matcher(stat).find())
              .mapToLong(stat -> ticks(stat, USER_TIME, SYSTEM_TIME))
              .sum()
          * MICROS_PER_TICK;
    }
  }

  private static long ticks(long pid) {
    // The time of a process that has ended is in the next reading of its parent.
    return stat(PROC.resolve(String.valueOf(pid)))
        .map(stat -> ticks(stat, USER_TIME, SYSTEM_TIME, CHILDREN_USER_TIME, CHILDREN_SYSTEM_TIME))
        .orElse(0L);
  }

  private static long ticks(String stat, int... columns) {
    var values = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return IntStream.of(columns).mapToLong(column -> Long.parseLong(values[column])).sum();
  }

  /** Returns the line about a process or thread; empty if it has ended. */
  private static Optional<String> stat(Path directory) {
    try {
      return Optional.of(Files.readString(directory.resolve("stat")));
    } catch (NoSuchFileException ended) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
