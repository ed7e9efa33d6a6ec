/** Prompts to begin with, by theme: open questions in everyday English, which a small model answers in a few sentences. */

export interface Suggestion {
  theme: string;
  prompt: string;
}

/** Each set shows every theme once. */
export const suggestionSets: readonly (readonly Suggestion[])[] = [
  [
    { theme: 'Advice', prompt: 'Give me three tips for sleeping better.' },
    { theme: 'Explain', prompt: 'Explain to a child why the sky is blue.' },
    { theme: 'Write', prompt: 'Write a short apology to a friend whose birthday I forgot.' },
    { theme: 'Ideas', prompt: 'Suggest three things to do on a rainy Sunday.' },
    { theme: 'Cook', prompt: 'How do I make a simple vegetable soup?' },
    { theme: 'Describe', prompt: 'Describe a walk through a forest in autumn.' },
  ],
  [
    { theme: 'Advice', prompt: 'How can I stay calm before a job interview?' },
    { theme: 'Explain', prompt: 'Why do the leaves of trees change their colour in autumn?' },
    { theme: 'Write', prompt: 'Write a friendly note that invites the neighbours to a barbecue.' },
    { theme: 'Ideas', prompt: 'What could I give a grandmother who loves her garden?' },
    { theme: 'Cook', prompt: 'What is a healthy breakfast that takes five minutes?' },
    { theme: 'Describe', prompt: 'Describe what it is like to see the sea for the first time.' },
  ],
  [
    { theme: 'Advice', prompt: 'What should I think of before I adopt a dog?' },
    { theme: 'Explain', prompt: 'What does the heart do, in simple words?' },
    { theme: 'Write', prompt: 'Begin a short story about a lighthouse keeper and a storm.' },
    { theme: 'Ideas', prompt: 'How can a family save energy at home?' },
    { theme: 'Cook', prompt: 'How do I bake bread for the first time?' },
    { theme: 'Describe', prompt: 'Describe a busy market on a Saturday morning.' },
  ],
];
