package dev.chatmultischema.http.request;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes gzip (RFC 1952) strictly: checksum and length of each member must match, and only further
 * members may follow. {@link java.util.zip.GZIPInputStream} ignores other trailing bytes.
 */
final class Gzip {

  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int FHCRC = 2;
  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;
  private static final int RESERVED_FLAGS = 0xe0;
  private static final int STEP_BYTES = 16 * 1024;

  private final byte[] in;
  private final int end;
  private final GrowingBytes out;
  private int at;

  private Gzip(byte[] in, int end, GrowingBytes out) {
    this.in = in;
    this.end = end;
    this.out = out;
  }

  /** The input is not gzip, is corrupt or truncated, or has trailing bytes. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  /**
   * Appends the decoded bytes to {@code out}.
   *
   * @throws Malformed if the input does not consist of complete gzip members
   * @throws GrowingBytes.LimitExceeded if the decoded bytes exceed the limit of {@code out}
   */
  static void decode(byte[] in, int length, GrowingBytes out)
      throws Malformed, GrowingBytes.LimitExceeded {
    var gzip = new Gzip(in, length, out);
    do {
      gzip.member();
    } while (gzip.at < length);
  }

  private void member() throws Malformed, GrowingBytes.LimitExceeded {
    header();
    var checksum = new CRC32();
    var inflater = new Inflater(true);
    try {
      inflater.setInput(in, at, end - at);
      var step = new byte[STEP_BYTES];
      while (!inflater.finished()) {
        int count = inflater.inflate(step);
        if (count == 0 && !inflater.finished()) {
          throw new Malformed("the gzip data is cut off");
        }
        checksum.update(step, 0, count);
        out.append(step, 0, count);
      }
      at = end - inflater.getRemaining();
      trailer(checksum.getValue(), inflater.getBytesWritten());
    } catch (DataFormatException e) {
      throw new Malformed("the gzip data is damaged");
    } finally {
      inflater.end();
    }
  }

  private void header() throws Malformed {
    int start = at;
    need(HEADER_BYTES);
    int flags = in[at + 3] & 0xff;
    if ((in[at] & 0xff) != 0x1f
        || (in[at + 1] & 0xff) != 0x8b
        || in[at + 2] != 8
        || (flags & RESERVED_FLAGS) != 0) {
      throw new Malformed(
          start == 0 ? "the body is no gzip" : "there is more behind the gzip data");
    }
    at += HEADER_BYTES;
    if ((flags & FEXTRA) != 0) {
      need(2);
      int length = (in[at] & 0xff) | (in[at + 1] & 0xff) << 8;
      at += 2;
      need(length);
      at += length;
    }
    if ((flags & FNAME) != 0) {
      skipText();
    }
    if ((flags & FCOMMENT) != 0) {
      skipText();
    }
    if ((flags & FHCRC) != 0) {
      need(2);
      var checksum = new CRC32();
      checksum.update(in, start, at - start);
      if ((checksum.getValue() & 0xffff) != ((in[at] & 0xff) | (in[at + 1] & 0xff) << 8)) {
        throw new Malformed("the checksum of the gzip header is wrong");
      }
      at += 2;
    }
  }

  private void skipText() throws Malformed {
    do {
      need(1);
    } while (in[at++] != 0);
  }

  private void trailer(long checksum, long length) throws Malformed {
    need(TRAILER_BYTES);
    if (number() != checksum || number() != (length & 0xffffffffL)) {
      throw new Malformed("the checksum or the length of the gzip data is wrong");
    }
  }

  private long number() {
    long value = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      value |= (in[at++] & 0xffL) << shift;
    }
    return value;
  }

  private void need(int bytes) throws Malformed {
    if (end - at < bytes) {
      throw new Malformed(at == 0 ? "the body is no gzip" : "the gzip data is cut off");
    }
  }
}
