package io.millrace.cache;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The few commands the cache needs, each one round trip; all throw Jedis' exceptions. A connection
 * whose answer did not come in time is closed, so no later caller can take that answer for its own.
 */
final class Redis implements AutoCloseable {
  private static final int DEFAULT_PORT = 6379;
  private static final int MIN_IDLE = 2;

  private final RedisClient client;

  /** Makes a client; it connects when it is first used. */
  Redis(RedisSettings settings) {
    this.client =
        RedisClient.builder()
            .hostAndPort(address(settings.uri()))
            .clientConfig(client(settings))
            .poolConfig(pool(settings))
            .build();
  }

  /**
   * HGET of each key, in one round trip.
   *
   * @return in the order of the keys: null when there is none; no bytes when the key holds
   *     something other than a hash
   */
  List<byte @Nullable []> get(List<byte[]> keys, byte[] field) {
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    try (AbstractPipeline pipeline = client.pipelined()) {
      List<Response<byte[]>> answers = keys.stream().map(key -> pipeline.hget(key, field)).toList();
      pipeline.sync();
      for (Response<byte[]> answer : answers) {
        values.add(value(answer));
      }
    }
    return values;
  }

  private static byte @Nullable [] value(Response<byte[]> answer) {
    try {
      return answer.get();
    } catch (JedisDataException e) {
      if (String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
        return new byte[0];
      }
      throw e;
    }
  }

  /** HSET and PEXPIRE as one transaction: no value stays without a time to live. */
  void put(byte[] key, byte[] field, byte[] value, long ttlMillis) {
    try (AbstractTransaction transaction = client.multi()) {
      Response<Long> set = transaction.hset(key, field, value);
      Response<Long> expire = transaction.pexpire(key, ttlMillis);
      transaction.exec();
      set.get(); // Throws what the command answered.
      expire.get();
    }
  }

  /** MGET: in the order of the keys, null where there is no string. */
  List<byte @Nullable []> get(List<byte[]> keys) {
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    for (byte[] value : client.mget(keys.toArray(byte[][]::new))) {
      values.add(value);
    }
    return values;
  }

  /** SET with PX for each, in one round trip. */
  void put(List<byte[]> keys, List<byte[]> values, List<Long> ttlMillis) {
    try (AbstractPipeline pipeline = client.pipelined()) {
      List<Response<String>> answers = new ArrayList<>(keys.size());
      for (int i = 0; i < keys.size(); i++) {
        answers.add(
            pipeline.set(keys.get(i), values.get(i), SetParams.setParams().px(ttlMillis.get(i))));
      }
      pipeline.sync();
      answers.forEach(Response::get); // Throws what a command answered.
    }
  }

  /** UNLINK. */
  void drop(byte[] key) {
    client.unlink(key);
  }

  /** PING. */
  void ping() {
    client.ping();
  }

  /** Closes idle connections: they may lead to a server that has gone since. */
  void forgetIdle() {
    client.getPool().clear();
  }

  @Override
  public void close() {
    client.close();
  }

  private static HostAndPort address(URI uri) {
    return new HostAndPort(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
  }

  private static DefaultJedisClientConfig client(RedisSettings settings) {
    URI uri = settings.uri();
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .timeoutMillis(Math.toIntExact(settings.timeout().toMillis()))
            .user(JedisURIHelper.getUser(uri))
            .password(JedisURIHelper.getPassword(uri))
            .database(JedisURIHelper.getDBIndex(uri))
            // Spares a new connection a round trip, and older servers a command they do not know.
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
    if (JedisURIHelper.isRedisSSLScheme(uri)) {
      SSLParameters tls = new SSLParameters();
      // Jedis alone checks the certificate's issuer, but not whose it is.
      tls.setEndpointIdentificationAlgorithm("HTTPS");
      config.ssl(true).sslParameters(tls);
    }
    return config.build();
  }

  private static ConnectionPoolConfig pool(RedisSettings settings) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMinIdle(Math.min(MIN_IDLE, settings.maxConnections()));
    pool.setMaxIdle(settings.maxConnections());
    pool.setMaxTotal(settings.maxConnections());
    pool.setMaxWait(settings.timeout());
    pool.setJmxEnabled(false);
    return pool;
  }
}
