package io.millrace.store;

import java.util.Properties;

/** What the PostgreSQL driver is told. */
final class DriverSettings {
  private DriverSettings() {}

  static Properties of(String sessionOptions) {
    Properties properties = new Properties();
    properties.setProperty("options", sessionOptions);
    properties.setProperty("ApplicationName", "millrace");
    // Seconds. A cut network must fail a call, not hold its thread for the kernel's 15 minutes.
    properties.setProperty("socketTimeout", "30");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("tcpKeepAlive", "true");
    // The hot statements are few and long-lived: prepare them on the server at once.
    properties.setProperty("prepareThreshold", "1");
    properties.setProperty("reWriteBatchedInserts", "true");
    return properties;
  }
}
