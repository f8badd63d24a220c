package dev.chatmultischema.database;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.db.ManagedPooledDataSource;
import org.apache.tomcat.jdbc.pool.PoolConfiguration;

/** A pool of connections to the primary of several servers. */
final class PrimaryPool extends ManagedPooledDataSource {

  private final PrimaryDataSource primary;

  PrimaryPool(PoolConfiguration configuration, MetricRegistry metrics, PrimaryDataSource primary) {
    super(configuration, metrics);
    this.primary = primary;
    setDataSource(primary);
  }

  @Override
  public void stop() throws Exception {
    try {
      super.stop();
    } finally {
      primary.close();
    }
  }
}
