package io.millrace.workflow.expression;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * CEL as Millrace sets it up: the standard functions and macros and {@link TextFunctions}, each
 * charged to the {@link #METER} of the evaluation before it is called. Loaded with the first use.
 */
final class Environment {
  /** Who pays for the calls of an evaluation. */
  static final ScopedValue<Meter> METER = ScopedValue.newInstance();

  private static final int MAX_PARSE_DEPTH = 100;
  private static final int MAX_AST_NODES = 2_000;
  private static final int MAX_REGEX_PROGRAM = 200;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(WorkflowLimits.MAX_EXPRESSION_CHARS)
          .maxParseRecursionDepth(MAX_PARSE_DEPTH)
          .maxParseExpressionNodeCount(MAX_AST_NODES)
          .comprehensionMaxIterations(Meter.MAX_ROUNDS)
          .maxRegexProgramSize(MAX_REGEX_PROGRAM)
          .enableHeterogeneousNumericComparisons(true)
          .enableReservedIds(false) // "loop" is one of them
          .populateMacroCalls(false)
          .build();

  private static final CelCompiler COMPILER = compiler();
  static final CelRuntime RUNTIME = runtime();

  private Environment() {}

  /** The compiler for expressions that may name these variables. */
  static CelCompiler compiler(Set<String> variables) {
    CelCompilerBuilder builder = COMPILER.toCompilerBuilder();
    variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
    return builder.build();
  }

  private static CelCompiler compiler() {
    CelFunctionDecl[] declarations = TextFunctions.declarations().toArray(CelFunctionDecl[]::new);
    return CelCompilerFactory.standardCelCompilerBuilder()
        .setOptions(OPTIONS)
        .setStandardEnvironmentEnabled(false)
        .setStandardDeclarations(
            CelStandardDeclarations.newBuilder()
                .filterFunctions((function, overload) -> isOfJson(overload.celOverloadDecl()))
                .build())
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addFunctionDeclarations(declarations)
        .build();
  }

  /** JSON has no unsigned numbers and no bytes, and each overload makes every check slower. */
  private static boolean isOfJson(CelOverloadDecl overload) {
    return !overload.overloadId().contains("uint") && !overload.overloadId().contains("bytes");
  }

  private static CelRuntime runtime() {
    RuntimeEquality equality = RuntimeEquality.create(RuntimeHelpers.create(), OPTIONS);
    Stream<CelFunctionBinding> standard =
        CelStandardFunctions.newBuilder().build().newFunctionBindings(equality, OPTIONS).stream();
    List<CelFunctionBinding> metered =
        Stream.concat(standard, TextFunctions.bindings().stream())
            .map(Environment::metered)
            .toList();
    return CelRuntimeFactory.legacyCelRuntimeBuilder()
        .setOptions(OPTIONS)
        .setStandardEnvironmentEnabled(false)
        .addFunctionBindings(metered)
        .build();
  }

  private static CelFunctionBinding metered(CelFunctionBinding binding) {
    String overload = binding.getOverloadId();
    return CelFunctionBinding.from(
        overload,
        binding.getArgTypes(),
        arguments -> {
          try {
            Costs.charge(METER.get(), overload, arguments);
            return binding.getDefinition().apply(arguments);
          } catch (CelRuntimeException e) {
            throw e;
          } catch (RuntimeException e) {
            throw worded(e);
          }
        });
  }

  /** Of any other exception the library's message would show the arguments, however large. */
  private static CelEvaluationException worded(RuntimeException e) {
    return new CelEvaluationException(String.valueOf(e.getMessage()));
  }
}
