package dev.chatmultischema.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/** Reads ZIP archives of texts. */
public final class Archive {

  private Archive() {}

  /** Returns the texts by the names of their files. */
  public static Map<String, String> read(Path file) throws IOException {
    var texts = new TreeMap<String, String>();
    try (var archive = new ZipFile(file.toFile())) {
      for (var entry : archive.stream().toList()) {
        texts.put(entry.getName(), new String(archive.getInputStream(entry).readAllBytes(), UTF_8));
      }
    }
    return texts;
  }
}
