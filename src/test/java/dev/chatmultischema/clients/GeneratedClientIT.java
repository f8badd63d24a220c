package dev.chatmultischema.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that openapi-generator generates from the document. */
@ChatTest
class GeneratedClientIT {

  @Started private static ChatService chat;

  @Test
  void walksTheReadmeInJava() throws Exception {
    var project = ClientProject.create(chat, "java").copy("java/Walk.java");
    project.generate(
        "java",
        "--library=native",
        "--additional-properties=useJakartaEe=true,invokerPackage=generated,apiPackage=generated,"
            + "modelPackage=generated",
        "--global-property=apiTests=false,modelTests=false");
    var compile =
        new ArrayList<>(
            List.of("javac", "-nowarn", "-proc:none", "-encoding", "UTF-8", "-d", "classes"));
    compile.addAll(List.of("-cp", ClientProject.classPath("classes")));
    compile.addAll(project.files(".java"));
    project.run(compile.toArray(String[]::new));
    project.run("java", "-cp", ClientProject.classPath("classes"), "Walk");
  }

  @Test
  void compilesInPython() throws Exception {
    assumeTrue(ClientProject.isOnPath("python3"), "there is no python3 here");
    var project = ClientProject.create(chat, "python");
    project.generate("python");
    project.run("python3", "-m", "compileall", "-q", "generated");
  }

  @Test
  void isWellFormedInGo() throws Exception {
    var project = ClientProject.create(chat, "go");
    project.generate("go");
    assertThat(project.files(".go")).isNotEmpty();
    assumeTrue(ClientProject.isOnPath("gofmt"), "there is no gofmt here");
    project.run("gofmt", "-l", "generated");
  }
}
