package dev.chatmultischema.bench;

import dev.chatmultischema.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What Linux tells of a process ({@code proc(5)}).
 *
 * @param residentMegabytes of 1,000,000 bytes
 * @param cpu used since its start, on all processors
 */
record ProcessFigures(int threads, double residentMegabytes, Duration cpu) {

  static ProcessFigures of(ServiceProcess service) throws IOException {
    var status = Files.readString(Path.of("/proc", String.valueOf(service.pid()), "status"));
    return new ProcessFigures(
        (int) number(status, "Threads:"),
        number(status, "VmRSS:") * 1.024 / 1_000,
        ProcessHandle.of(service.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow());
  }

  private static long number(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
