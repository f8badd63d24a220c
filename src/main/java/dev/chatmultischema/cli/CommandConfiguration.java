package dev.chatmultischema.cli;

import dev.chatmultischema.auth.JwtFactory;
import dev.chatmultischema.database.DatabaseFactory;

/** The sections of the configuration file that commands other than {@code server} use. */
public interface CommandConfiguration {

  DatabaseFactory database();

  JwtFactory auth();
}
