package io.millrace.ops.it;

import io.millrace.workers.boot.WorkerConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * A worker with the types that the examples of workflows name and Millrace does not bring along.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(WorkerConfiguration.class)
class DeskWorker {
  @Bean
  DeskHandler flightBook() {
    return new DeskHandler("flight.book");
  }

  @Bean
  DeskHandler flightCancel() {
    return new DeskHandler("flight.cancel");
  }

  @Bean
  DeskHandler hotelBook() {
    return new DeskHandler("hotel.book");
  }

  @Bean
  DeskHandler hotelCancel() {
    return new DeskHandler("hotel.cancel");
  }

  @Bean
  DeskHandler cardCharge() {
    return new DeskHandler("card.charge");
  }

  @Bean
  DeskHandler documentExtract() {
    return new DeskHandler("document.extract");
  }

  @Bean
  DeskHandler documentScore() {
    return new DeskHandler("document.score");
  }

  @Bean
  DeskHandler documentPublish() {
    return new DeskHandler("document.publish");
  }

  @Bean
  DeskHandler documentArchive() {
    return new DeskHandler("document.archive");
  }

  @Bean
  DeskHandler mailSend() {
    return new DeskHandler("mail.send");
  }
}
