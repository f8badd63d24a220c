# mvn -Ptraining package first: this wraps the jar, and an archive that a training run makes of it.
# After mvn package alone, the image has no archive, and the service starts slower.
FROM eclipse-temurin:25-jre AS archive

WORKDIR /app
COPY target/tenant-api.jar config.yml ops/jvm.options ./
COPY ops/archive target/trainin[g] /training/
# With the JVM and the paths of the image below, since the archive is valid for these only.
RUN if [ -e /training/tenant-api-tests.jar ]; then \
      TRAINING=/training JVM_OPTIONS=jvm.options /training/archive tenant-api.jar config.yml; \
    else \
      cp jvm.options tenant-api.options; \
    fi

FROM eclipse-temurin:25-jre

WORKDIR /app
COPY --from=archive /app ./

# Nobody's number: the process owns nothing in the image and writes nothing to it, so that its root may
# be read-only (--read-only --tmpfs /tmp). Tasks write files to /tmp.
USER 10001:10001

# Others reach the admin port only if it is published or the network is shared with them.
ENV PORT=9000 ADMIN_PORT=9001 ADMIN_HOST=0.0.0.0 LOG_FORMAT=json
EXPOSE 9000 9001

# Alive, not ready: a restart does not bring a lost database back.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$ADMIN_PORT && printf 'GET /health-check?type=alive HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# No shell in between: SIGTERM reaches the JVM, which ends streams and hands messages back.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "@tenant-api.options", "-jar", "tenant-api.jar"]
CMD ["server", "config.yml"]
