package io.millrace.workers.handlers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private static final AddressPolicy PUBLIC_ONLY = new AddressPolicy(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.1.1",
        "169.254.169.254",
        "168.63.129.16",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::1",
        "2001:0:7f00:1::1",
        "2001:db8::1"
      })
  void check_nameWithSpecialAddress_isRefused(String address) {
    assertThatThrownBy(() -> PUBLIC_ONLY.check("api.example.org", addresses(address)))
        .isInstanceOf(RefusedAddressException.class)
        .hasMessageStartingWith("api.example.org")
        .hasMessageNotContaining(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"})
  void check_nameWithPublicAddress_passes(String address) {
    assertThatCode(() -> PUBLIC_ONLY.check("api.example.org", addresses(address)))
        .doesNotThrowAnyException();
  }

  @Test
  void check_onePrivateAmongPublic_isRefused() {
    assertThatThrownBy(
            () -> PUBLIC_ONLY.check("api.example.org", addresses("8.8.8.8", "10.0.0.1", "8.8.4.4")))
        .isInstanceOf(RefusedAddressException.class)
        .hasMessageContaining("millrace.http-request.private-networks");
  }

  @Test
  void check_privateNetwork_opensThatNetworkOnly() {
    var policy = new AddressPolicy(List.of(CidrBlock.parse("10.0.0.0/8")));

    assertThatCode(() -> policy.check("billing.local", addresses("10.9.8.7")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> policy.check("billing.local", addresses("192.168.0.1")))
        .isInstanceOf(RefusedAddressException.class);
  }

  @Test
  void check_everythingPrivate_stillRefusesMetadata() {
    var policy = new AddressPolicy(List.of(CidrBlock.parse("0.0.0.0/0"), CidrBlock.parse("::/0")));

    for (String address :
        List.of("169.254.169.254", "fd00:ec2::254", "0.0.0.0", "::", "224.0.0.1")) {
      assertThatThrownBy(() -> policy.check("x.example.org", addresses(address)))
          .as(address)
          .isInstanceOf(RefusedAddressException.class)
          .hasMessageContaining("may never reach");
    }
  }

  @Test
  void check_literal_needsNoPublicAddress() {
    assertThatCode(() -> PUBLIC_ONLY.check("127.0.0.1", addresses("127.0.0.1")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> PUBLIC_ONLY.check("169.254.169.254", addresses("169.254.169.254")))
        .isInstanceOf(RefusedAddressException.class);
  }

  /**
   * The addresses that were checked are the ones handed out: a second answer is never asked for.
   */
  @Test
  void resolver_serverChangesItsMind_isAskedOnce() throws Exception {
    List<List<InetAddress>> answers =
        new ArrayList<>(List.of(addresses("8.8.8.8"), addresses("127.0.0.1")));
    var resolver = new CheckedResolver(host -> answers.removeFirst(), PUBLIC_ONLY);

    assertThat(resolver.resolve("flip.example.org"))
        .containsExactly(InetAddress.ofLiteral("8.8.8.8"));
    assertThat(answers).hasSize(1);
    assertThatThrownBy(() -> resolver.resolve("flip.example.org"))
        .isInstanceOf(RefusedAddressException.class);
  }

  private static List<InetAddress> addresses(String... literals) {
    return Stream.of(literals).map(InetAddress::ofLiteral).toList();
  }
}
