/**
 * The vocabulary of LLVM IR text. Every keyword is a word to the lexer; {@link keywordType} tells
 * the words that the grammar knows from the rest (attributes, linkage, flags), which the grammar
 * takes as plain {@link Word}s, so that a new attribute of a newer LLVM needs no change here.
 */
import { createToken, Lexer, type TokenType } from "chevrotain";

/** Matches every token but parentheses: what may stand inside an attribute's balanced parentheses. */
export const NonParen = createToken({ name: "NonParen", pattern: Lexer.NA });
/** Matches a word whether or not the grammar knows it: enumerators in debug metadata. */
export const AnyWord = createToken({ name: "AnyWord", pattern: Lexer.NA, categories: [NonParen] });

const token = (name: string, pattern: RegExp, categories: TokenType[] = [NonParen]) =>
  createToken({ name, pattern, categories, line_breaks: false });
const keyword = (name: string, categories: TokenType[] = [AnyWord]) =>
  createToken({ name, pattern: Lexer.NA, categories });

export const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\r\n]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
export const Comment = createToken({ name: "Comment", pattern: /;[^\n]*/, group: Lexer.SKIPPED });
/** `#dbg_value(…)` and its like: no meaning for a circuit. */
export const DebugRecord = createToken({ name: "DebugRecord", pattern: /#dbg_[^\n]*/, group: Lexer.SKIPPED });

/** `entry:` before a block, `line:` in debug metadata. */
export const Label = token("Label", /(?:[-a-zA-Z$._0-9]+|"[^"]*"):/);
export const LocalName = token("LocalName", /%(?:[-a-zA-Z$._][-a-zA-Z$._0-9]*|"[^"]*"|\d+)/);
export const GlobalName = token("GlobalName", /@(?:[-a-zA-Z$._][-a-zA-Z$._0-9]*|"[^"]*"|\d+)/);
export const ComdatName = token("ComdatName", /\$(?:[-a-zA-Z$._][-a-zA-Z$._0-9]*|"[^"]*"|\d+)/);
export const MetadataId = token("MetadataId", /!\d+/);
export const MetadataName = token("MetadataName", /![-a-zA-Z$._\\][-a-zA-Z$._0-9\\]*/);
export const MetadataString = token("MetadataString", /!"[^"]*"/);
export const Bang = token("Bang", /!/);
export const AttributeGroup = token("AttributeGroup", /#\d+/);
export const HexFloat = token("HexFloat", /0x[KLMHR]?[0-9A-Fa-f]+|f0x[0-9A-Fa-f]+/);
export const HexInt = token("HexInt", /[us]0x[0-9A-Fa-f]+/);
export const DecimalFloat = token("DecimalFloat", /[-+]?\d+\.\d*(?:[eE][-+]?\d+)?|[-+]inf|[-+]qnan/);
export const Int = token("Int", /-?\d+/);
export const IntType = token("IntType", /i\d+(?![\w.$-])/);
export const CString = token("CString", /c"[^"]*"/);
export const Str = token("Str", /"[^"]*"/);
export const Word = token("Word", /[a-zA-Z_][\w.]*/, [AnyWord]);
export const LParen = token("LParen", /\(/, []);
export const RParen = token("RParen", /\)/, []);
export const LBracket = token("LBracket", /\[/);
export const RBracket = token("RBracket", /\]/);
export const LBrace = token("LBrace", /\{/);
export const RBrace = token("RBrace", /\}/);
export const Less = token("Less", /</);
export const Greater = token("Greater", />/);
export const Comma = token("Comma", /,/);
export const Equals = token("Equals", /=/);
export const Ellipsis = token("Ellipsis", /\.\.\./);
export const Pipe = token("Pipe", /\|/);
export const Star = token("Star", /\*/);

// Words of types. They are no AnyWord: `i64 7` may stand where an enumerator may.
export const PrimitiveType = keyword("PrimitiveType", [NonParen]);
export const Ptr = keyword("Ptr", [NonParen]);
export const TargetType = keyword("TargetType", [NonParen]);
export const Times = keyword("Times");
export const Addrspace = keyword("Addrspace");

// Words of values.
export const BoolLiteral = keyword("BoolLiteral");
export const SimpleConstant = keyword("SimpleConstant");
export const Splat = keyword("Splat");
export const OddConstant = keyword("OddConstant");
export const To = keyword("To");
export const Asm = keyword("Asm");

// Words of instructions.
export const BinaryOp = keyword("BinaryOp");
export const CastOp = keyword("CastOp");
export const TailMarker = keyword("TailMarker");
export const Icmp = keyword("Icmp");
export const Fcmp = keyword("Fcmp");
export const Fneg = keyword("Fneg");
export const Select = keyword("Select");
export const Freeze = keyword("Freeze");
export const Phi = keyword("Phi");
export const Alloca = keyword("Alloca");
export const Load = keyword("Load");
export const Store = keyword("Store");
export const GetElementPtr = keyword("GetElementPtr");
export const Call = keyword("Call");
export const ExtractElement = keyword("ExtractElement");
export const InsertElement = keyword("InsertElement");
export const ShuffleVector = keyword("ShuffleVector");
export const ExtractValue = keyword("ExtractValue");
export const InsertValue = keyword("InsertValue");
export const AtomicRmw = keyword("AtomicRmw");
export const CmpXchg = keyword("CmpXchg");
export const Fence = keyword("Fence");
export const Br = keyword("Br");
export const Switch = keyword("Switch");
export const Ret = keyword("Ret");
export const Unreachable = keyword("Unreachable");
export const OtherOp = keyword("OtherOp");
export const Align = keyword("Align");
export const Atomic = keyword("Atomic");
export const Volatile = keyword("Volatile");

// Words of the module's top level.
export const Define = keyword("Define");
export const Declare = keyword("Declare");
export const TypeKeyword = keyword("TypeKeyword");
export const Opaque = keyword("Opaque");
export const SourceFilename = keyword("SourceFilename");
export const Attributes = keyword("Attributes");
export const GlobalKind = keyword("GlobalKind");
export const AliasKind = keyword("AliasKind");
export const Comdat = keyword("Comdat");
export const Distinct = keyword("Distinct");
export const ModuleKeyword = keyword("ModuleKeyword");
export const Section = keyword("Section");
export const Cc = keyword("Cc");

/** What the lexer tries, in this order: the longer reading of two stands first. */
export const lexerTokens: TokenType[] = [
  WhiteSpace,
  Comment,
  Comma,
  Ellipsis,
  Label,
  LocalName,
  GlobalName,
  ComdatName,
  MetadataId,
  MetadataName,
  MetadataString,
  Bang,
  DebugRecord,
  AttributeGroup,
  HexFloat,
  HexInt,
  DecimalFloat,
  Int,
  IntType,
  CString,
  Str,
  Word,
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  RBrace,
  Less,
  Greater,
  Equals,
  Pipe,
  Star,
];

const keywords: readonly (readonly [TokenType, string])[] = [
  [PrimitiveType, "void half bfloat float double fp128 x86_fp80 ppc_fp128 label metadata token x86_amx"],
  [Ptr, "ptr"],
  [TargetType, "target"],
  [Times, "x"],
  [Addrspace, "addrspace"],
  [BoolLiteral, "true false"],
  [SimpleConstant, "null undef poison zeroinitializer none"],
  [Splat, "splat"],
  [OddConstant, "blockaddress dso_local_equivalent no_cfi ptrauth"],
  [To, "to"],
  [Asm, "asm"],
  [BinaryOp, "add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem"],
  [
    CastOp,
    "trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint ptrtoaddr inttoptr bitcast addrspacecast",
  ],
  [TailMarker, "tail musttail notail"],
  [Icmp, "icmp"],
  [Fcmp, "fcmp"],
  [Fneg, "fneg"],
  [Select, "select"],
  [Freeze, "freeze"],
  [Phi, "phi"],
  [Alloca, "alloca"],
  [Load, "load"],
  [Store, "store"],
  [GetElementPtr, "getelementptr"],
  [Call, "call"],
  [ExtractElement, "extractelement"],
  [InsertElement, "insertelement"],
  [ShuffleVector, "shufflevector"],
  [ExtractValue, "extractvalue"],
  [InsertValue, "insertvalue"],
  [AtomicRmw, "atomicrmw"],
  [CmpXchg, "cmpxchg"],
  [Fence, "fence"],
  [Br, "br"],
  [Switch, "switch"],
  [Ret, "ret"],
  [Unreachable, "unreachable"],
  [OtherOp, "indirectbr invoke callbr resume landingpad catchpad cleanuppad catchswitch catchret cleanupret va_arg"],
  [Align, "align"],
  [Atomic, "atomic"],
  [Volatile, "volatile"],
  [Define, "define"],
  [Declare, "declare"],
  [TypeKeyword, "type"],
  [Opaque, "opaque"],
  [SourceFilename, "source_filename"],
  [Attributes, "attributes"],
  [GlobalKind, "global constant"],
  [AliasKind, "alias ifunc"],
  [Comdat, "comdat"],
  [Distinct, "distinct"],
  [ModuleKeyword, "module"],
  [Section, "section partition gc"],
  [Cc, "cc"],
];

/** The token type of each word that the grammar knows. */
export const keywordType: ReadonlyMap<string, TokenType> = new Map(
  keywords.flatMap(([type, words]) => words.split(" ").map((word) => [word, type] as const)),
);

/** Everything the parser may meet. */
export const vocabulary: TokenType[] = [...lexerTokens, ...keywords.map(([type]) => type), NonParen, AnyWord];
