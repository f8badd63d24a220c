/**
 * Feeds: one tenant's stored messages as SSE frames, in order of {@code seq}, encoded once for all
 * subscribers of the node.
 *
 * <p>{@link dev.chatmultischema.stream.feed.FeedRegistry} opens a {@link
 * dev.chatmultischema.stream.feed.Feed} for each tenant that has subscribers. A feed receives
 * messages on the Redis subscriber's thread, reads missing ones from PostgreSQL on the threads
 * {@code stream-fetcher-N}, and notifies its listeners on either. {@link
 * dev.chatmultischema.stream.feed.HeadPoller} runs on the thread {@code stream-heads}. Readers of a
 * {@link dev.chatmultischema.stream.feed.FrameLog} may use any thread.
 */
package dev.chatmultischema.stream.feed;
