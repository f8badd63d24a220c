package dev.chatmultischema.bench;

/** The kinds of work whose cost is measured. */
enum Work {
  POST("single post, accepted, stored and streamed"),
  PAGE("page of 50 messages"),
  ME("GET /users/me"),
  PING("GET /ping of the admin port"),
  BATCH("message in a batch of 500, stored and streamed"),
  DELIVERY("delivery of an event to one of 100 more streams");

  private final String text;

  Work(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
