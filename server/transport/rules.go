package transport

import (
	"strings"

	"github.com/kaituan/kaituan/internal/fault"
)

// ruleTexts say what each of gqlparser's validation rules asks for. The error's location says where; gqlparser's own messages quote the document.
var ruleTexts = map[string]fault.Text{
	"FieldsOnCorrectType":          {En: "A field is selected that its type does not have.", Zh: "所选字段在其类型中不存在。"},
	"FragmentsOnCompositeTypes":    {En: "A fragment is on a type that has no fields.", Zh: "片段所在类型没有字段。"},
	"KnownArgumentNames":           {En: "An argument is given that its field does not have.", Zh: "字段没有该参数。"},
	"KnownDirectives":              {En: "A directive is unknown or in the wrong place.", Zh: "指令未知或位置错误。"},
	"KnownFragmentNames":           {En: "A fragment is used that the document does not define.", Zh: "使用了未定义的片段。"},
	"KnownRootType":                {En: "The schema has no operations of this kind.", Zh: "模式不支持此类操作。"},
	"KnownTypeNames":               {En: "A type is named that the schema does not have.", Zh: "模式中没有该类型。"},
	"LoneAnonymousOperation":       {En: "An operation without a name must be the only one.", Zh: "匿名操作必须是唯一的操作。"},
	"MaxIntrospectionDepth":        {En: "The introspection nests too deeply.", Zh: "自省嵌套过深。"},
	"NoFragmentCycles":             {En: "A fragment contains itself.", Zh: "片段循环引用。"},
	"NoUndefinedVariables":         {En: "A variable is used that the operation does not define.", Zh: "使用了未定义的变量。"},
	"NoUnusedFragments":            {En: "A fragment is defined and never used.", Zh: "片段未被使用。"},
	"NoUnusedVariables":            {En: "A variable is defined and never used.", Zh: "变量未被使用。"},
	"OverlappingFieldsCanBeMerged": {En: "Two fields answer under the same name and differ; give one an alias.", Zh: "同名字段冲突，请使用别名。"},
	"PossibleFragmentSpreads":      {En: "A fragment is spread where its type cannot be.", Zh: "片段不能在此类型上展开。"},
	"ProvidedRequiredArguments":    {En: "A required argument is missing.", Zh: "缺少必填参数。"},
	"ScalarLeafs":                  {En: "An object needs a selection of fields, and a scalar has none.", Zh: "对象必须选择字段，标量不能选择字段。"},
	"SingleFieldSubscriptions":     {En: "A subscription selects exactly one field.", Zh: "订阅只能选择一个字段。"},
	"UniqueArgumentNames":          {En: "An argument is given twice.", Zh: "参数重复。"},
	"UniqueDirectivesPerLocation":  {En: "A directive is given twice in one place.", Zh: "指令重复。"},
	"UniqueFragmentNames":          {En: "Two fragments have the same name.", Zh: "片段重名。"},
	"UniqueInputFieldNames":        {En: "An input field is given twice.", Zh: "输入字段重复。"},
	"UniqueOperationNames":         {En: "Two operations have the same name.", Zh: "操作重名。"},
	"UniqueVariableNames":          {En: "Two variables have the same name.", Zh: "变量重名。"},
	"ValuesOfCorrectType":          {En: "A value does not have the type that is asked for.", Zh: "值的类型不符。"},
	"VariablesAreInputTypes":       {En: "A variable has a type that is not for input.", Zh: "变量类型不是输入类型。"},
	"VariablesInAllowedPosition":   {En: "A variable is used where its type does not fit.", Zh: "变量类型与使用位置不符。"},
}

// brokenRule is the error for a validation rule; "" stands for a document without an operation.
func brokenRule(rule string) *fault.Error {
	if rule == "" {
		return errValidation.Saying("The document holds no operation.", "文档中没有操作。")
	}
	if text, ok := ruleTexts[strings.TrimSuffix(rule, "WithoutSuggestions")]; ok {
		return errValidation.Saying(text.En, text.Zh)
	}
	return errValidation
}
