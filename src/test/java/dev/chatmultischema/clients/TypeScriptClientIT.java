package dev.chatmultischema.clients;

import dev.chatmultischema.support.ChatService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document in the eyes of Redocly's linter, and as types of a client in TypeScript. */
@NeedsNode
class TypeScriptClientIT {

  private static ChatService chat;

  @BeforeAll
  static void start() {
    chat = ChatService.start();
  }

  @AfterAll
  static void stop() {
    chat.close();
  }

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
}
