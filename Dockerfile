# mvn package first: this only wraps the jar.
FROM eclipse-temurin:25-jre

WORKDIR /app
COPY target/tenant-api.jar config.yml ./

# Nobody's number: the process owns nothing in the image and writes nothing to it.
USER 10001:10001

ENV PORT=9000 ADMIN_PORT=9001 LOG_FORMAT=json
EXPOSE 9000 9001

# Alive, not ready: a restart does not bring a lost database back.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$ADMIN_PORT && printf 'GET /health-check?type=alive HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# What the service holds is bounded, and its own threads survive an OutOfMemoryError; but nobody knows
# what state one leaves in Jetty's selectors, the pool and the clients. Ending is safe: what is not
# stored is not acknowledged, and the orchestrator starts the node anew.
# No shell in between: SIGTERM reaches the JVM, which ends streams and hands messages back.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "tenant-api.jar"]
CMD ["server", "config.yml"]
