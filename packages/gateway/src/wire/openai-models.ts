/** Names of OpenAI's image models, living and past, with or without the maker before them as routers have it. */
const OPENAI_NAME = /^(?:openai\/)?(?:gpt-image-[\w.-]{1,60}|dall-e-[\w.-]{1,60}|chatgpt-image-latest)$/i

/** Whether a model is one of OpenAI's: none of them is here, and an edit goes to the gateway's own choice. */
export function isOpenAiModel(name: string): boolean {
  return OPENAI_NAME.test(name)
}

/** Whether it is one of those that answered by links where nothing else was said. */
export function answersByLink(name: string): boolean {
  return isOpenAiModel(name) && /dall-e-/i.test(name)
}
