package dev.chatmultischema.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TerminalTextTest {

  @Test
  void keepsVisibleCharacters() {
    assertEquals("{\"ä\": \"日本 👍\"}", TerminalText.of("{\"ä\": \"日本 👍\"}"));
    assertEquals("5", TerminalText.of(5));
  }

  @Test
  void escapesControlCharacters() {
    assertEquals("\\u001b[31m\\u0007", TerminalText.of("\u001b[31m\u0007"));
    assertEquals("a\\u000d\\u000ab\\u0009c", TerminalText.of("a\r\nb\tc"));
    assertEquals("\\u009b1m", TerminalText.of("\u009b1m"));
  }

  @Test
  void escapesCharactersThatReorderOrHideText() {
    assertEquals("\\u202eabc\\u2028\\u200b", TerminalText.of("\u202eabc\u2028\u200b"));
    assertEquals("\\udb40\\udc41", TerminalText.of(Character.toString(0xE0041)));
    assertEquals("\\ud800", TerminalText.of("\ud800"));
  }

  @Test
  void showsAHyphenForNull() {
    assertEquals("-", TerminalText.of(null));
  }
}
