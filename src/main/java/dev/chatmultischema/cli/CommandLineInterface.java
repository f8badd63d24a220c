package dev.chatmultischema.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import net.sourceforge.argparse4j.inf.ArgumentParserException;

/** Runs one command; reports wrong arguments in one line, without the page of help. */
public final class CommandLineInterface {

  private static final String PROGRAM = "java -jar tenant-api.jar";

  private CommandLineInterface() {}

  /** Runs a command; returns its failure, or empty if it succeeded. */
  public static Optional<Throwable> run(
      Bootstrap<?> bootstrap, PrintStream out, OutputStream err, String... arguments) {
    var errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    if (arguments.length == 0) {
      errors.printf(
          Locale.ROOT, "no command: as in %s server config.yml; see %s --help%n", PROGRAM, PROGRAM);
      return Optional.of(new IllegalArgumentException("no command"));
    }
    // The buffer receives the page of help after a parser's message, and a command's own errors.
    var written = new ByteArrayOutputStream();
    var cli =
        new Cli(new JarLocation(bootstrap.getApplication().getClass()), bootstrap, out, written);
    var failure = cli.run(arguments);
    if (failure.isPresent() && failure.get() instanceof ArgumentParserException usage) {
      errors.printf(
          Locale.ROOT,
          "%s: %s; see %s --help%n",
          PROGRAM + command(usage),
          usage.getMessage(),
          PROGRAM + command(usage));
    } else {
      errors.print(written.toString(StandardCharsets.UTF_8));
    }
    return failure;
  }

  /** Returns the words of the command, from the parser's own usage line. */
  private static String command(ArgumentParserException usage) {
    var words = new StringBuilder();
    var line = usage.getParser().formatUsage().replaceFirst("(?s)^usage: java -jar \\S+", "");
    for (var word : line.strip().split("\\s+")) {
      if (!word.matches("[a-z-]*[a-z]") || word.startsWith("-")) {
        break;
      }
      words.append(' ').append(word);
    }
    return words.toString();
  }
}
