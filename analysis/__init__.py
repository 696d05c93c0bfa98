"""Citizens' texts in, themes out: no web, no database, no network, no generative model.

The rooms in the order in which a text walks through them:

- in: ``encodings`` → ``delimited`` ``sheets`` → ``reading`` ``memory`` ``io``; ``language``;
  a government's own words: ``lexicon``
- letters to statements: ``normalize`` ``letters`` → ``sentences`` ``joints`` → ``statements``
- statements to words: ``tokens`` → ``spelling`` → ``words``; kept by ``cache``, all by ``pipeline``
- what must be hidden: ``digits`` ``cued`` ``handles`` ``addresses``, ``persons`` → ``people``;
  all in ``personal``
- what must be read at once: ``urgent_training`` → ``urgent_model`` → ``urgent``
- what may be set aside: ``emptiness`` ``abusive`` ``spam`` ``scope`` → ``setaside``; the front door
  of these three: ``screening``
- one voice or many: ``shingles`` ``paraphrases`` → ``campaigns`` → ``copies``
- words and texts to points: ``bags`` ``senses`` ``encoder`` → ``vectors`` → ``smoothing``
- points to themes: ``sampling`` ``clusters`` ``many`` → ``placing``; the front door is ``themes``;
  one theme in parts: ``splitting``
- what a theme is called and shows: ``asked`` ``phrases`` ``evidence`` → ``labels`` ``keywords``
  ``quotes`` → ``describe``
- what people want: ``hints`` ``stance_cues`` ``stance_rules`` ``stance_grams`` ``stance_model`` →
  ``stance`` → ``dissent``; the model is learned by ``stance_training``
- what a run says beside: ``nearness`` → ``explain`` ``stability`` ``minority``; the map: ``layout``
  ``disc`` → ``plane`` → ``lettering`` ``picture``; last month: ``identity`` → ``lineage``; all in
  ``findings``
- what staff decide teaches: ``meanings`` (``encoder`` ``second_encoder``) → ``lessons`` →
  ``selftraining`` → ``calibration`` ``teaching`` ``emerging``; the front door is ``learner``
- who was heard against who lives there: ``coverage``
- out: ``outputs`` ``themefile`` ``finished``; how good: ``quality``; where a step runs: ``mapping``
- the command line: ``options`` → ``cli``; the values that cross borders: ``results``
"""

__version__ = "0.1.0"
