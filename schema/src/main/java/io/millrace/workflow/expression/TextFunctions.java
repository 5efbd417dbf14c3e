package io.millrace.workflow.expression;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Functions on texts beside those of CEL's standard, named and meant as in its strings library. */
final class TextFunctions {
  private static final ListType TEXTS = ListType.create(SimpleType.STRING);

  private TextFunctions() {}

  static List<CelFunctionDecl> declarations() {
    return List.of(
        declare("lowerAscii", "text_lower", SimpleType.STRING, SimpleType.STRING),
        declare("upperAscii", "text_upper", SimpleType.STRING, SimpleType.STRING),
        declare("trim", "text_trim", SimpleType.STRING, SimpleType.STRING),
        declare("split", "text_split_text", TEXTS, SimpleType.STRING, SimpleType.STRING),
        declare(
            "join",
            "list_join_text",
            SimpleType.STRING,
            ListType.create(SimpleType.DYN),
            SimpleType.STRING));
  }

  private static CelFunctionDecl declare(
      String function, String overload, CelType result, CelType... parameters) {
    return CelFunctionDecl.newFunctionDeclaration(
        function, CelOverloadDecl.newMemberOverload(overload, result, Arrays.asList(parameters)));
  }

  static List<CelFunctionBinding> bindings() {
    return List.of(
        CelFunctionBinding.from(
            "text_lower", String.class, text -> mapped(text, 'A', 'Z', 'a' - 'A')),
        CelFunctionBinding.from(
            "text_upper", String.class, text -> mapped(text, 'a', 'z', 'A' - 'a')),
        CelFunctionBinding.from("text_trim", String.class, String::strip),
        CelFunctionBinding.from(
            "text_split_text", String.class, String.class, TextFunctions::split),
        CelFunctionBinding.from("list_join_text", List.class, String.class, TextFunctions::join));
  }

  private static String mapped(String text, char first, char last, int shift) {
    char[] chars = text.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= first && chars[i] <= last) {
        chars[i] = (char) (chars[i] + shift);
      }
    }
    return new String(chars);
  }

  private static List<String> split(String text, String separator) {
    Meter meter = Environment.METER.get();
    meter.charge(text.length()); // so many parts at most
    return separator.isEmpty()
        ? text.codePoints().mapToObj(Character::toString).toList()
        : List.of(text.split(Pattern.quote(separator), -1));
  }

  private static String join(List<?> list, String separator) {
    Environment.METER.get().chargeText((long) list.size() * separator.length());
    return list.stream().map(TextFunctions::text).collect(Collectors.joining(separator));
  }

  private static String text(Object element) {
    if (element instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("join takes a list of texts; use string() on its elements");
  }
}
