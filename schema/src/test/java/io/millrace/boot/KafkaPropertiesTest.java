package io.millrace.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class KafkaPropertiesTest {
  @Test
  void client_properties_passThroughAsTheyAre() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "test",
                Map.of(
                    "millrace.kafka.bootstrap-servers", "broker:9093",
                    "millrace.kafka.client.security.protocol", "SASL_SSL",
                    "millrace.kafka.client.ssl.truststore.location", "/etc/trust.p12")));
    KafkaProperties bound = bind(environment);
    assertThat(bound.settings().client())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("ssl.truststore.location", "/etc/trust.p12");
    assertThat(bound.partitions()).isEqualTo(1);
  }

  @Test
  void client_environmentVariables_passThroughToo() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment",
                Map.of(
                    "MILLRACE_KAFKA_BOOTSTRAPSERVERS", "broker:9093",
                    "MILLRACE_KAFKA_CLIENT_SECURITY_PROTOCOL", "SSL")));
    assertThat(bind(environment).client()).containsEntry("security.protocol", "SSL");
  }

  @Test
  void bootstrapServers_missing_isRefusedByName() {
    assertThatThrownBy(() -> new KafkaProperties("", Map.of(), 1, 1))
        .hasMessage("millrace.kafka.bootstrap-servers is not set; set it to host:port[,host:port]");
  }

  @Test
  void partitions_outsideRange_isRefusedWithRangeAndReason() {
    assertThatThrownBy(() -> new KafkaProperties("b:1", Map.of(), 0, 1))
        .hasMessageStartingWith("millrace.kafka.partitions is 0; it must be 1 to 1000, because");
  }

  private static KafkaProperties bind(StandardEnvironment environment) {
    ConfigurationPropertySources.attach(environment);
    return Binder.get(environment).bind("millrace.kafka", KafkaProperties.class).get();
  }
}
