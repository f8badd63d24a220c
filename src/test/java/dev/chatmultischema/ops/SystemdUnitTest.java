package dev.chatmultischema.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The unit of systemd. */
final class SystemdUnitTest {

  private static final Path UNIT = Path.of("ops/chat.service");
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
  private static final Pattern CREDENTIAL =
      Pattern.compile("(?m)^LoadCredential=([a-z-]+):/etc/chat/credentials/([a-z-]+)$");
  private static final Pattern VARIABLE =
      Pattern.compile("(?m)^Environment=([A-Z_]+)=(?:%d/)?(.+)$");

  @Test
  void passesEachSecretByAFile() throws IOException {
    var credentials = matches(CREDENTIAL).stream().map(found -> found.group(1)).toList();
    assertThat(credentials).isNotEmpty();
    for (var credential : credentials) {
      var name = credential.replace('-', '_').toUpperCase(Locale.ROOT) + "_FILE";
      assertThat(Files.readString(UNIT)).contains("Environment=" + name + "=%d/" + credential);
    }
    assertThat(matches(VARIABLE))
        .extracting(found -> ServiceVariables.variable(found.group(1)))
        .isSubsetOf(ServiceVariables.all());
  }

  private static List<MatchResult> matches(Pattern pattern) throws IOException {
    return pattern.matcher(Files.readString(UNIT)).results().toList();
  }

  /** The exposure that systemd computes is from 0 to 10.0; it is compared as ten times as much. */
  @Test
  void isValidAndHardened() throws Exception {
    assumeTrue(Files.isExecutable(ANALYZE), "there is no systemd-analyze");
    assertThat(analyze("verify", UNIT.toString())).isEmpty();
    analyze("security", "--offline=true", "--threshold=20", UNIT.toString());
  }

  /** Returns the output of a command that has succeeded. */
  private static String analyze(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(ANALYZE.toString()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
