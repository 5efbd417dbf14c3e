package io.millrace.ops.sample;

import java.nio.charset.StandardCharsets;

/** The texts of the sample, as the bytes of CSV fields: quoted where RFC 4180 asks for it. */
final class Phrases {
  static final byte[][] STATIONS =
      fields(
          "Central Station",
          "Harbour Gate",
          "Main St & 3rd Ave",
          "University Library",
          "Old Town Square",
          "São Bento",
          "Riverside Park",
          "Łódź Fabryczna",
          "東京駅前",
          "City Hall, North Entrance",
          "Market Square",
          "Gare d'Austerlitz",
          "Kraków Główny",
          "Züricher Platz",
          "Opera House",
          "Österbro Bridge",
          "Plaza de España",
          "Praça da Sé, São Paulo Corner",
          "Botanical Garden",
          "İstiklal Avenue",
          "Science Museum",
          "The \"Hub\" Food Court",
          "Ferry Terminal",
          "Ñuñoa Gardens",
          "大阪通り",
          "Stadium East",
          "Airport Shuttle Stop",
          "Hospital, West Wing",
          "Kungsträdgården",
          "Lakeside Camping",
          "Fabrika Čapek",
          "Observatory Hill");

  static final byte[][] PLAIN =
      fields(
          "all fine",
          "flat tyre",
          "bell missing",
          "seat loose",
          "brake squeaks",
          "great ride",
          "dock full",
          "app crashed at unlock",
          "basket broken",
          "light does not work");

  static final byte[][] COMMAS =
      fields(
          "dock full, walked back",
          "rain, wind, and no gloves",
          "second bike today, first one had no chain",
          "helped a tourist, took a detour");

  static final byte[][] QUOTES =
      fields(
          "screen says \"out of service\"",
          "sign reads \"no parking\"",
          "\"smooth\" is not the word",
          "asked for a \"refund\", got none");

  static final byte[][] LINES =
      fields(
          "brakes weak\nplease check",
          "two problems:\n- seat\n- bell",
          "left at the gate\nkey in the box, shelf \"B\"");

  static final byte[][] EMOJI =
      fields("great ride 🚲", "🌧️ soaked", "👍", "nice view 🌅 today", "bike smells of fish 🐟");

  private Phrases() {}

  private static byte[][] fields(String... texts) {
    byte[][] fields = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      fields[i] = field(texts[i]).getBytes(StandardCharsets.UTF_8);
    }
    return fields;
  }

  private static String field(String text) {
    boolean plain = text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\n') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
