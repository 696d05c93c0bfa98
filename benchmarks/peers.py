"""Other ways of grouping texts, as a knowledgeable user would run them; beside ours in a table.

All of them get the same words and texts as we do, are told how many groups to make, and run seeded
on one thread. A text that none of them can see, because no word of it counts, is in the group -1.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import NMF, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from analysis import encoder, senses
from analysis.results import Document

Documents = Sequence[Document]
Labels = NDArray[np.int64]
Method = Callable[[Documents, int], Labels]

_LSA_DIMENSIONS = 100
_ITERATIONS = 50
_STARTS = 10


def grouped(method: Method, documents: Documents, number: int) -> list[int]:
    """Return a group for each document, by ``method`` where it has any words."""
    seen = [at for at, document in enumerate(documents) if document.words]
    labels = np.full(len(documents), -1, dtype=np.int64)
    with threadpool_limits(1):
        labels[seen] = method([documents[at] for at in seen], number)
    return [int(label) for label in labels]


def k_means(documents: Documents, number: int) -> Labels:
    """Plain k-means on TF-IDF, the best of ten starts."""
    return KMeans(number, n_init=_STARTS, random_state=0).fit_predict(_tfidf(documents)[0])


def lsa_ward(documents: Documents, number: int) -> Labels:
    """Ward's method on 100 LSA dimensions of length one."""
    return AgglomerativeClustering(number, linkage="ward").fit_predict(_lsa(documents))


def average_linkage(documents: Documents, number: int) -> Labels:
    """Average linkage on the cosines of TF-IDF."""
    tfidf, _ = _tfidf(documents)
    return _linked((tfidf @ tfidf.T).toarray(), number)


def spherical_k_means(documents: Documents, number: int) -> Labels:
    """Spherical k-means on IDF-weighted means of word vectors, the best of ten starts."""
    source = senses.installed()
    if source is None:
        raise LookupError("no word vectors are installed: see requirements-vectors.txt")
    tfidf, vocabulary = _tfidf(documents)
    rows = normalize(tfidf @ source.of(vocabulary))
    runs = [_spherical(rows, number, start) for start in range(_STARTS)]
    return max(runs, key=lambda run: run[0])[1]


def encoded_k_means(documents: Documents, number: int) -> Labels:
    """K-means on sentence vectors, the best of ten starts: the way of most embedding tools."""
    return KMeans(number, n_init=_STARTS, random_state=0).fit_predict(_encoded(documents))


def encoded_average_linkage(documents: Documents, number: int) -> Labels:
    """Average linkage on the cosines of sentence vectors."""
    rows = _encoded(documents)
    return _linked(rows @ rows.T, number)


def nmf(documents: Documents, number: int) -> Labels:
    """The strongest of NMF's components on TF-IDF."""
    model = NMF(number, init="nndsvda", random_state=0, max_iter=1000)
    return model.fit_transform(_tfidf(documents)[0]).argmax(axis=1)


def bertopic_hdbscan(documents: Documents, number: int) -> Labels:
    """BERTopic on LSA, UMAP and HDBSCAN, reduced to ``number`` topics; its outliers are -1."""
    from hdbscan import HDBSCAN

    return _bertopic(documents, HDBSCAN(min_cluster_size=3), nr_topics=number + 1)


def bertopic_k_means(documents: Documents, number: int) -> Labels:
    """BERTopic on LSA and UMAP with k-means in HDBSCAN's place, as its manual suggests."""
    return _bertopic(documents, KMeans(number, n_init=_STARTS, random_state=0), nr_topics=None)


def methods() -> dict[str, Method]:
    """Return what can run here, by the name in the table."""
    found: dict[str, Method] = {
        "plain k-means on TF-IDF": k_means,
        "LSA (100) + Ward": lsa_ward,
        "average linkage on TF-IDF": average_linkage,
        "NMF on TF-IDF": nmf,
    }
    if senses.installed() is not None:
        found["spherical k-means, word vectors"] = spherical_k_means
    if encoder.installed() is not None:
        found["k-means on sentence vectors"] = encoded_k_means
        found["average linkage on the same"] = encoded_average_linkage
    if find_spec("bertopic") and find_spec("umap") and find_spec("hdbscan"):
        found["BERTopic: LSA, UMAP, HDBSCAN"] = bertopic_hdbscan
        found["BERTopic: LSA, UMAP, k-means"] = bertopic_k_means
    return found


def _linked(cosines: NDArray[np.float64], number: int) -> Labels:
    model = AgglomerativeClustering(number, metric="precomputed", linkage="average")
    return model.fit_predict(np.clip(1 - cosines, 0, 2))


def _encoded(documents: Documents) -> NDArray[np.float64]:
    source = encoder.installed()
    if source is None:
        raise LookupError("no sentence encoder is installed: see requirements.txt")
    return source.of([document.text for document in documents]).astype(np.float64)


def _tfidf(documents: Documents) -> tuple[sparse.csr_matrix, Sequence[str]]:
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    words = [document.words for document in documents]
    return vectorizer.fit_transform(words), list(vectorizer.get_feature_names_out())


def _lsa(documents: Documents) -> NDArray[np.float64]:
    tfidf, vocabulary = _tfidf(documents)
    size = min(_LSA_DIMENSIONS, len(documents) - 1, len(vocabulary) - 1)
    return normalize(TruncatedSVD(size, random_state=0).fit_transform(tfidf))


def _spherical(rows: NDArray[np.float64], number: int, seed: int) -> tuple[float, Labels]:
    """Return how near all rows are to their centres, and the centres' numbers."""
    generator = np.random.Generator(np.random.PCG64(seed))
    centres = rows[generator.choice(len(rows), size=number, replace=False)]
    labels = np.zeros(len(rows), dtype=np.int64)
    for _ in range(_ITERATIONS):
        before, labels = labels, (rows @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, rows)
        empty = np.linalg.norm(sums, axis=1) < 1e-9
        centres = np.where(empty[:, None], centres, normalize(sums))
        if np.array_equal(before, labels):
            break
    return float((rows * centres[labels]).sum()), labels


def _bertopic(documents: Documents, cluster: object, nr_topics: int | None) -> Labels:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    model = BERTopic(
        embedding_model=BaseEmbedder(),
        umap_model=UMAP(n_components=5, min_dist=0, metric="cosine", random_state=0),
        hdbscan_model=cluster,
        vectorizer_model=CountVectorizer(tokenizer=str.split, token_pattern=None),
        nr_topics=nr_topics,
    )
    texts = [" ".join(document.words) for document in documents]
    return np.array(model.fit_transform(texts, embeddings=_lsa(documents))[0], dtype=np.int64)
