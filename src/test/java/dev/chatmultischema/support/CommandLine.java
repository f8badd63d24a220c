package dev.chatmultischema.support;

import dev.chatmultischema.ChatApplication;
import dev.chatmultischema.ChatConfiguration;
import dev.chatmultischema.cli.CommandLineInterface;
import dev.chatmultischema.config.ConfigurationFile;
import io.dropwizard.core.setup.Bootstrap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The result of a command that ran as from the command line, but in this JVM. */
public record CommandLine(boolean succeeded, String out, String err) {

  /**
   * Runs a command with the given environment.
   *
   * @param in standard input
   */
  public static synchronized CommandLine run(
      Map<String, String> environment, String in, String... arguments) {
    var variables = new HashMap<>(Map.of("LOG_LEVEL", "WARN"));
    variables.putAll(environment);
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var systemIn = System.in;
    var systemOut = System.out;
    System.setIn(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)));
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      var application = new Application();
      var bootstrap = new Bootstrap<>(application);
      application.addDefaultCommands(bootstrap);
      application.initialize(bootstrap);
      bootstrap.setConfigurationSourceProvider(ConfigurationFile.with(variables::get));
      var failure = CommandLineInterface.run(bootstrap, System.out, err, arguments);
      return new CommandLine(
          failure.isEmpty(),
          out.toString(StandardCharsets.UTF_8),
          err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(systemIn);
      System.setOut(systemOut);
    }
  }

  private static final class Application extends ChatApplication {
    @Override
    public void addDefaultCommands(Bootstrap<ChatConfiguration> bootstrap) {
      super.addDefaultCommands(bootstrap);
    }
  }
}
