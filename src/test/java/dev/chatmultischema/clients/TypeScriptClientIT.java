package dev.chatmultischema.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The document in Redocly's linter, and as types of a client in TypeScript; and the client of
 * streams in {@code clients/typescript}.
 */
@NeedsNode
@ChatTest
class TypeScriptClientIT {

  @Started private static ChatService chat;

  @Test
  void passesTheStrictestRulesOfRedocly() throws Exception {
    ClientProject.create(chat, "lint")
        .withNodeModules()
        .copy("lint.js")
        .run("node", "lint.js", "openapi.json");
  }

  @Test
  void walksTheReadme() throws Exception {
    var project =
        ClientProject.create(chat, "typescript")
            .withNodeModules()
            .copy("typescript/walk.ts", "typescript/tsconfig.json");
    project.run(
        "node", "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts");
    project.run("node", "node_modules/typescript/bin/tsc", "-p", ".");
    project.run("node", "compiled/walk.js");
  }

  @Test
  void followsStreams() throws Exception {
    var project =
        ClientProject.create(chat, "stream")
            .withNodeModules()
            .copyFrom(
                Path.of("clients/typescript"), "stream.ts", "stream.test.js", "tsconfig.json");
    project.run("node", "node_modules/typescript/bin/tsc", "-p", ".");
    project.run("node", "--test", "stream.test.js");
    assertThat(Path.of("src/main/resources/demo/stream.js"))
        .as("what 'npm run demo' in clients/typescript makes")
        .hasSameTextualContentAs(project.directory().resolve("stream.js"));
  }
}
