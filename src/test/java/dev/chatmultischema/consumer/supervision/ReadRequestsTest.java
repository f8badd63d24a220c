package dev.chatmultischema.consumer.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadRequestsTest {

  private final ReadRequests requests = new ReadRequests();

  @Test
  void answersAllRequestsBeforeAReadAndNoneAfterItsBegin() {
    long first = requests.add();
    long second = requests.add();
    assertThat(requests.isPending()).isTrue();
    long attempt = requests.beginAttempt();
    assertThat(requests.isPending()).isFalse();
    long late = requests.add();
    requests.succeeded(attempt);
    assertThat(requests.isAnswered(first)).isTrue();
    assertThat(requests.isAnswered(second)).isTrue();
    assertThat(requests.isAnswered(late)).isFalse();
    assertThat(requests.isPending()).isTrue();
  }

  @Test
  void leavesRequestsUnansweredAfterAFailedRead() {
    long request = requests.add();
    requests.beginAttempt();
    assertThat(requests.isPending()).isFalse();
    assertThat(requests.isAnswered(request)).isFalse();
  }
}
