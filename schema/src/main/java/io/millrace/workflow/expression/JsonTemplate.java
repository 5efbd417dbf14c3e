package io.millrace.workflow.expression;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Scope;
import io.millrace.workflow.plan.Template;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A template; its expressions share the bounds of one evaluation. */
record JsonTemplate(Part part, Set<String> nodes) implements Template {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** A piece of the document. */
  sealed interface Part {}

  /** A value without expressions. */
  record Fixed(@Nullable Object value) implements Part {}

  /** A text that is one expression. */
  record Whole(Compiled expression) implements Part {}

  /** A text put together; each piece is a {@link String} or a {@link Compiled}. */
  record Text(List<Object> pieces) implements Part {}

  /** A list. */
  record Elements(List<Part> parts) implements Part {}

  /** An object. */
  record Members(Map<String, Part> parts) implements Part {}

  @Override
  public @Nullable Object render(Scope scope) throws ExpressionException {
    return render(part, scope, new Meter());
  }

  private static @Nullable Object render(Part part, Scope scope, Meter meter)
      throws ExpressionException {
    return switch (part) {
      case Fixed fixed -> JsonValues.copy(fixed.value, same -> same, meter);
      case Whole whole -> whole.expression.evaluate(scope, meter);
      case Text text -> text(text, scope, meter);
      case Elements elements -> {
        meter.room(2);
        List<@Nullable Object> list = new ArrayList<>(elements.parts.size());
        for (Part element : elements.parts) {
          list.add(render(element, scope, meter));
        }
        yield Collections.unmodifiableList(list);
      }
      case Members members -> {
        meter.room(2);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, Part> member : members.parts.entrySet()) {
          meter.room(member.getKey().length() + 4L);
          map.put(member.getKey(), render(member.getValue(), scope, meter));
        }
        yield Collections.unmodifiableMap(map);
      }
    };
  }

  private static Object text(Text text, Scope scope, Meter meter) throws ExpressionException {
    StringBuilder result = new StringBuilder();
    for (Object piece : text.pieces) {
      if (piece instanceof Compiled expression) {
        Object value = expression.evaluate(scope, meter);
        result.append(value instanceof String plain ? plain : JSON.writeValueAsString(value));
      } else {
        result.append(piece);
      }
    }
    meter.room(result.length());
    return result.toString();
  }
}
