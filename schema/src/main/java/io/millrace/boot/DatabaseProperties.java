package io.millrace.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.database.*}: where the truth is kept.
 *
 * @param url JDBC URL of a PostgreSQL 18; TLS settings go in its parameters ({@code sslmode=…})
 * @param connections most connections of this process, 3 to 200
 * @param checkout longest wait for a free connection, 100 ms to 30 s
 */
@ConfigurationProperties("millrace.database")
public record DatabaseProperties(
    @DefaultValue("") String url,
    @DefaultValue("millrace") String username,
    @DefaultValue("") String password,
    @DefaultValue("10") int connections,
    @DefaultValue("5s") Duration checkout) {
  public DatabaseProperties {
    Checked.present("millrace.database.url", url, "set it to jdbc:postgresql://host:5432/database");
    Checked.range(
        "millrace.database.connections",
        connections,
        3,
        200,
        "the loops need one each at their busiest and PostgreSQL's max_connections bounds them all");
    Checked.range(
        "millrace.database.checkout",
        checkout,
        Duration.ofMillis(100),
        Duration.ofSeconds(30),
        "a request must not wait longer for a connection than its caller waits for it");
  }
}
