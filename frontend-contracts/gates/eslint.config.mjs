// What the published schemas are held to: everything says what it is, and what is going says why and until when.
import graphql from '@graphql-eslint/eslint-plugin';

export default [{
  files: ['schema/*.graphql'],
  languageOptions: { parser: graphql.parser },
  plugins: { '@graphql-eslint': graphql },
  rules: {
    '@graphql-eslint/require-description': ['error', { types: true, DirectiveDefinition: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true }],
    '@graphql-eslint/require-deprecation-reason': 'error',
  },
}];
