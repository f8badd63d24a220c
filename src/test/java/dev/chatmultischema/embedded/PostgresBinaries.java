package dev.chatmultischema.embedded;

import com.sun.security.auth.module.UnixSystem;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs of a Maven artifact. Unpacking them takes longer than starting a server,
 * so a user's first server keeps them in the temporary folder for later ones.
 */
final class PostgresBinaries {

  private static final String MARK = "files";

  private PostgresBinaries() {}

  /**
   * Returns the folder with {@code bin}, {@code lib} and {@code share}, readable by every user: a
   * shared one, or a new one under the given directory if there is no complete one. Throws {@link
   * IllegalStateException} if there is no artifact for this system on the class path.
   */
  static Path unpacked(Path directory) throws IOException {
    var archive = archive();
    var checksum = new CRC32();
    checksum.update(archive);
    var user = new UnixSystem().getUid();
    var shared =
        directory.resolveSibling("chat-postgres-%d-%08x".formatted(user, checksum.getValue()));
    if (isWhole(shared, user)) {
      return shared;
    }
    var own = directory.resolve("programs");
    unpack(archive, own);
    try {
      return Files.move(own, shared, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another server was faster, or the directory is damaged: leave it unchanged.
      return own;
    }
  }

  private static byte[] archive() throws IOException {
    var system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
    var machine = System.getProperty("os.arch").replace("amd64", "x86_64");
    try (var packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine)) {
      return packed.readAllBytes();
    }
  }

  /** Temporary directories are cleaned of old files, and may hold files of other users. */
  private static boolean isWhole(Path folder, long user) throws IOException {
    var mark = folder.resolve(MARK);
    return Files.isReadable(mark)
        && user == ((Number) Files.getAttribute(folder, "unix:uid")).longValue()
        && Files.readString(mark).equals(count(folder));
  }

  private static String count(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return Long.toString(files.filter(file -> !file.endsWith(MARK)).count());
    }
  }

  private static void unpack(byte[] archive, Path into) throws IOException {
    createFolder(into);
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, into.resolve(entry.getName()).normalize());
      }
    }
    Files.writeString(into.resolve(MARK), count(into));
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      createFolder(file);
      return;
    }
    createFolder(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, file);
    // Some archives carry no executable bits.
    var program = file.getParent().endsWith("bin") || (entry.getMode() & 0100) != 0;
    allow(file, program ? "rwxr-xr-x" : "rw-r--r--");
  }

  private static void createFolder(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      createFolder(folder.getParent());
      Files.createDirectory(folder);
      allow(folder, "rwxr-xr-x");
    }
  }

  private static void allow(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
