package dev.chatmultischema.bench;

/** Figures as a Markdown table. */
interface Table {
  String table();
}
