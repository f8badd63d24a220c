package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HistoryPagesTest {

  private final List<Message> stored = new ArrayList<>();
  private final FrameEncoder encoder =
      new FrameEncoder(new ObjectMapper().findAndRegisterModules());
  private final HistoryPages pages = new HistoryPages(this::read, encoder, 10_000_000);
  private final PageSizeEstimator size = new PageSizeEstimator(PageSizeEstimator.REPLAY_PAGE_BYTES);
  private final Feed feed = feed();
  private int reads;

  private Feed feed() {
    return feed(0);
  }

  private Feed feed(long head) {
    var resources =
        new FeedResources(
            this::read, encoder, null, 1_000_000, new FrameBudget(1_000_000), null, null);
    return new Feed(TenantId.create(), new Position(1, head), resources);
  }

  private List<Message> read(TenantId tenant, long seq, int limit) {
    reads++;
    return stored.stream().filter(message -> message.seq() > seq).limit(limit).toList();
  }

  private void store(int count, int bytes) {
    for (int i = 0; i < count; i++) {
      long seq = stored.size() + 1;
      var content = new Content("{\"t\":\"" + "x".repeat(bytes) + "\"}");
      stored.add(new Message(new UUID(0, seq), seq, null, content, Instant.EPOCH));
    }
  }

  @Test
  void readsFramesInOrderUpToTheEnd() throws Exception {
    store(1_500, 10);
    long position = 0;
    for (var page = pages.read(feed, 0, size);
        page.isPresent();
        page = pages.read(feed, position, size)) {
      var slice = page.get();
      var text = new String(slice.bytes(), slice.from(), slice.to(), StandardCharsets.UTF_8);
      for (var frame : text.split("\n\n")) {
        assertThat(frame).startsWith("id: " + ++position + "\n");
      }
      assertThat(slice.lastSeq()).isEqualTo(position);
    }
    assertThat(position).isEqualTo(1_500);
  }

  @Test
  void readsAPageOnce() throws Exception {
    store(10, 10);
    assertThat(pages.cached(feed, 0)).isEmpty();
    var page = pages.read(feed, 0, size);
    assertThat(pages.read(feed, 0, size)).isEqualTo(page);
    assertThat(pages.cached(feed, 0)).isEqualTo(page);
    assertThat(reads).isEqualTo(1);
  }

  @Test
  void doesNotCacheAnEmptyPage() throws Exception {
    assertThat(pages.read(feed, 0, size)).isEmpty();
    store(1, 10);
    assertThat(pages.read(feed, 0, size)).isPresent();
  }

  @Test
  void separatesFeedsOfOneTenant() throws Exception {
    store(1, 10);
    pages.read(feed, 0, size);
    assertThat(pages.cached(feed(), 0)).isEmpty();
  }

  @Test
  void endsAPageAtAMultipleOf512() throws Exception {
    store(1_000, 1);
    size.update(500, 500);
    assertThat(pages.read(feed, 500, size)).map(FrameSlice::lastSeq).hasValue(512L);
  }

  @Test
  void endsAPageAtItsSizeButNotBeforeOneFrame() throws Exception {
    store(1, 100_000);
    store(2, 40_000);
    assertThat(pages.read(feed, 0, size)).map(FrameSlice::events).hasValue(1);
    size.update(500, 500);
    assertThat(pages.read(feed, 1, size)).map(FrameSlice::events).hasValue(1);
  }

  @Test
  void refusesToSkipDeletedMessages() throws Exception {
    store(5, 10);
    stored.subList(0, 2).clear();
    assertThatThrownBy(() -> pages.read(feed, 1, size))
        .isInstanceOf(HistoryPages.MessagesDeleted.class);
    assertThat(pages.read(feed, 2, size)).map(FrameSlice::events).hasValue(3);
    var behind = feed(5);
    stored.clear();
    assertThatThrownBy(() -> pages.read(behind, 2, size))
        .isInstanceOf(HistoryPages.MessagesDeleted.class);
    assertThat(pages.read(behind, 5, size)).isEmpty();
  }
}
