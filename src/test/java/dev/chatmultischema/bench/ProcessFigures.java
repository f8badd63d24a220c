package dev.chatmultischema.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The resources of processes, as Linux reports them ({@code proc(5)}).
 *
 * @param megabytes resident, of 1,000,000 bytes; memory that several processes share is counted
 *     once
 * @param cpu used since the start, on all processors
 */
record ProcessFigures(int threads, double megabytes, Duration cpu) {

  static ProcessFigures of(long pid) throws IOException {
    var directory = Path.of("/proc", String.valueOf(pid));
    return new ProcessFigures(
        (int) number(directory.resolve("status"), "Threads:"),
        number(directory.resolve("smaps_rollup"), "Pss:") * 1.024 / 1_000,
        ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()).orElseThrow());
  }

  ProcessFigures plus(ProcessFigures other) {
    return new ProcessFigures(
        threads + other.threads, megabytes + other.megabytes, cpu.plus(other.cpu));
  }

  private static long number(Path file, String name) throws IOException {
    return Files.readString(file)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
